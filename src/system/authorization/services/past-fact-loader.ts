import type { Database } from '../../../persistence/index.js';
import type { FactRevision, Facts } from '../engine/index.js';
import { factOfBody, permissionOfBody, type FactBody } from './fact-bodies.js';
import type { FactRequest } from './fact-source.js';
import { FoundFacts, type FactRow } from './found-facts.js';
import { PAST_FACT_SQL } from './past-fact-sql.js';

/** A question about the past. */
export interface PastFactRequest extends FactRequest {
  /** Revision of the Space of the actor and of the instance: the facts are those of this revision. */
  readonly revision: FactRevision;
  /** Where objects of other Spaces are seen, in milliseconds since the epoch: their Spaces have revisions of their own. */
  readonly moment: number;
}

interface VersionRow {
  readonly view: number;
  readonly kind: string;
  readonly body: FactBody;
  /** Anchor of an assignment, permission of a Role. */
  readonly inner_body: FactBody | null;
}

/**
 * Reads facts as they were, out of the versions that triggers keep of every fact: for a revision the same that a
 * {@link FactLoader} gave when it was the newest. All of one call in one statement, however many revisions it asks for.
 */
export class PastFactLoader {
  constructor(private readonly database: Database) {}

  /** Facts in the order of the requests. Missing objects are undefined, not errors. */
  async load(requests: readonly PastFactRequest[]): Promise<readonly Facts[]> {
    if (requests.length === 0) return [];
    const views = new Views(requests);
    const { rows } = await this.database.pool.query<VersionRow>({ name: 'authorization.past_facts', text: PAST_FACT_SQL, values: views.parameters() });
    const found = views.facts(rows);
    return requests.map((request) => (found[views.of(request)] as FoundFacts).of(request));
  }
}

/** The revisions that some requests ask for, with what is wanted at each. */
class Views {
  private readonly numbers = new Map<string, number>();
  private readonly views: PastFactRequest[] = [];

  constructor(private readonly requests: readonly PastFactRequest[]) {
    for (const request of requests) {
      const key = keyOf(request);
      if (this.numbers.has(key)) continue;
      this.numbers.set(key, this.views.length);
      this.views.push(request);
    }
  }

  of(request: PastFactRequest): number {
    return this.numbers.get(keyOf(request)) as number;
  }

  parameters(): unknown[] {
    const withActor = this.requests.filter(({ mode }) => mode !== 'inline');
    const withTarget = this.requests.filter(({ mode }) => mode === 'stored');
    const withGroup = this.requests.filter(({ targetGroup }) => targetGroup !== undefined);
    const objects = this.distinct([
      ...withActor.flatMap((request) => [
        [request, 'user', request.question.actor.userId], [request, 'member', request.question.actor.memberId],
        [request, 'user_member', request.question.actor.userMemberId], [request, 'space', request.question.actor.spaceId],
      ] as const),
      ...withTarget.map((request) => [request, 'resource', request.question.resourceId] as const),
      ...withGroup.filter(({ targetGroup }) => targetGroup?.id !== undefined).map((request) => [request, 'group', request.targetGroup?.id ?? ''] as const),
    ], 3);
    const paths = withGroup.filter(({ targetGroup }) => targetGroup?.id === undefined && targetGroup?.path !== undefined);
    return [
      this.views.map((_, view) => view),
      this.views.map(({ question }) => question.actor.spaceId),
      this.views.map(({ revision }) => revision.space),
      this.views.map(({ revision }) => revision.instance),
      this.views.map(({ moment }) => new Date(moment)),
      ...objects,
      ...this.distinct(this.requests.map((request) => [request, request.question.resourceType] as const), 2),
      ...this.distinct(paths.map((request) => [request, request.targetGroup?.spaceId ?? '', request.targetGroup?.path ?? ''] as const), 3),
      ...this.distinct(withActor.map((request) => [request, request.question.actor.memberId] as const), 2),
      ...this.distinct(withActor.map((request) => [request, request.question.resourceType, request.question.action] as const), 3),
    ];
  }

  facts(rows: readonly VersionRow[]): FoundFacts[] {
    const byView = this.views.map(({ question, revision }): FactRow[] => [
      { kind: 'revision', fact: { spaceId: '', rev: revision.instance } },
      { kind: 'revision', fact: { spaceId: question.actor.spaceId, rev: revision.space } },
    ]);
    for (const row of rows) {
      const fact = factOf(row);
      if (fact !== undefined) byView[row.view]?.push(fact);
    }
    return byView.map((view) => new FoundFacts(view));
  }

  // One array for each column of the parameter, each combination once.
  private distinct(combinations: readonly (readonly [PastFactRequest, ...string[]])[], columns: number): unknown[][] {
    const rows = combinations.map(([request, ...rest]) => [this.of(request), ...rest]);
    const unique = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
    return Array.from({ length: columns }, (_, column) => unique.map((row) => row[column]));
  }
}

function keyOf({ question, revision, moment }: PastFactRequest): string {
  return JSON.stringify([question.actor.spaceId, revision.space, revision.instance, moment]);
}

function factOf({ kind, body, inner_body: inner }: VersionRow): FactRow | undefined {
  const row = factOfBody(kind, body);
  if (row === undefined || inner === null) return row;
  const fact = kind === 'member_role' ? { ...row.fact, anchor: factOfBody('group', inner)?.fact } : { ...row.fact, permission: permissionOfBody(inner) };
  return { kind, fact };
}
