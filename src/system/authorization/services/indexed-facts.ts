import { sql, type PreparingExecutor, type RevisionFeed } from '../../../persistence/index.js';
import { decide, type Decision, type Facts, type ResourceFact } from '../engine/index.js';
import type { FactIndexes } from '../fact-index/fact-indexes.js';
import type { ResourceCache } from '../fact-index/resource-cache.js';
import type { SpaceIndex } from '../fact-index/space-index.js';
import type { FactRequest, FactSource, LoadedFacts } from './fact-source.js';
import { defined } from './inline-facts.js';
import { isAtLeast } from './revision-token.js';
import type { SelfCheck } from './self-check.js';

/** What {@link IndexedFacts} are made of. */
export interface IndexedFactsParts {
  readonly indexes: Pick<FactIndexes, 'current'>;
  readonly resources: ResourceCache;
  /** Answers what no index can. */
  readonly database: FactSource;
  readonly executor: PreparingExecutor;
  readonly feed: Pick<RevisionFeed, 'catchUp'>;
  readonly selfCheck: SelfCheck;
}

const NOTHING_READ: ReadonlyMap<string, ReadResource> = new Map();

interface ReadResource {
  readonly resource: ResourceFact;
  /** Revisions of its Space and of the instance when it was read. */
  readonly space: number;
  readonly instance: number;
}

/** Facts out of the indexes in memory; out of the database what they do not hold, or do not hold at the wanted revision. */
export class IndexedFacts implements FactSource {
  constructor(private readonly parts: IndexedFactsParts) {}

  async load(requests: readonly FactRequest[], now: number): Promise<readonly LoadedFacts[]> {
    const [only] = requests;
    // The common case: one question, about what is held.
    if (only !== undefined && requests.length === 1) {
      const held = this.find(only, NOTHING_READ);
      if (held !== undefined) return [held];
    }
    if (requests.some((request) => this.isBehind(request))) await this.parts.feed.catchUp();
    const read = await this.readResources(requests);
    const found = requests.map((request) => this.find(request, read));
    const missing = requests.filter((_, at) => found[at] === undefined);
    const loaded = missing.length === 0 ? [] : [...(await this.parts.database.load(missing, now))];
    return found.map((facts) => facts ?? (loaded.shift() as LoadedFacts));
  }

  verify(request: FactRequest, facts: Facts, decision: Decision, now: number): Promise<Decision> | Decision {
    return this.parts.selfCheck.verify(request, facts, decision, now);
  }

  private indexOf({ question: { actor }, mode }: FactRequest): SpaceIndex | undefined {
    const index = mode === 'inline' ? undefined : this.parts.indexes.current(actor.spaceId);
    return index?.knows(actor) === true ? index : undefined;
  }

  private isBehind(request: FactRequest): boolean {
    const index = request.atLeast === undefined ? undefined : this.indexOf(request);
    return index !== undefined && !hasSeen(index, request);
  }

  private find(request: FactRequest, read: ReadonlyMap<string, ReadResource>): LoadedFacts | undefined {
    const index = this.indexOf(request);
    if (index === undefined || !hasSeen(index, request)) return undefined;
    const { question, mode, targetGroup } = request;
    // Of a Group elsewhere this index knows nothing.
    if (targetGroup !== undefined && targetGroup.spaceId !== index.spaceId) return undefined;
    const resource = mode === 'stored' ? this.resourceOf(index, question.resourceId, read) : undefined;
    if (mode === 'stored' && resource === undefined) return undefined;
    const facts = index.facts(question, { resource, isInline: mode !== 'stored' });
    const row = targetGroup === undefined ? undefined
      : targetGroup.id !== undefined ? index.groups.row(targetGroup.id) : index.groups.rowAt(targetGroup.path ?? '');
    const { revision } = facts;
    return {
      ...facts,
      ...(row === undefined ? {} : { group: index.groups.fact(row) }),
      held: {
        isCurrent: () => index.revision === revision.space && index.registry.revision === revision.instance,
        decide: (asked, complete, at, record, evaluate) =>
          // The actor is known to the index, so that it answers; were it not so, there would be no grants here either.
          index.decide(asked, { resource: complete.resource, isInline: complete.isTargetInline }, at, record, evaluate) ?? decide(asked, complete, at, record, evaluate),
      },
    };
  }

  private resourceOf(index: SpaceIndex, id: string, read: ReadonlyMap<string, ReadResource>): ResourceFact | undefined {
    const held = this.parts.resources.get(id);
    if (held !== undefined) return held;
    const found = read.get(id);
    // Only what was read at the very revision that the index has belongs to its facts.
    if (found === undefined || found.resource.spaceId !== index.spaceId || found.space !== index.revision || found.instance !== index.registry.revision) return undefined;
    this.parts.resources.set(found.resource);
    return found.resource;
  }

  private async readResources(requests: readonly FactRequest[]): Promise<ReadonlyMap<string, ReadResource>> {
    const wanted = new Set<string>();
    for (const request of requests) {
      const { mode, question: { resourceId } } = request;
      if (mode === 'stored' && this.indexOf(request) !== undefined && this.parts.resources.get(resourceId) === undefined) wanted.add(resourceId);
    }
    if (wanted.size === 0) return new Map();
    const rows = await this.parts.executor.prepared<ResourceRow>('authorization.resources', sql`
      SELECT r.id, r.space_id AS "spaceId", r.resource_type AS "resourceType", r.external_id AS "externalId", r.group_id AS "groupId",
        r.owner_member_id AS "ownerMemberId", r.visibility, r.status, nullif(r.metadata, '{}') AS metadata, here.rev AS space, everywhere.rev AS instance
      FROM sys_resource.resources r
      JOIN sys_authz.revision everywhere ON everywhere.space_id = '' LEFT JOIN sys_authz.revision here ON here.space_id = r.space_id
      WHERE r.id = ANY (${[...wanted]}::text[])`);
    return new Map(rows.map(({ space, instance, ...columns }) => [columns.id, { resource: withoutNulls(columns), space: Number(space ?? 0), instance: Number(instance) }]));
  }
}

type ResourceRow = { readonly [Column in keyof ResourceFact]: ResourceFact[Column] | null } & { readonly id: string; readonly space: number | null; readonly instance: number };

function withoutNulls(columns: Omit<ResourceRow, 'space' | 'instance'>): ResourceFact {
  return defined(Object.fromEntries(Object.entries(columns).map(([column, value]) => [column, value ?? undefined]))) as unknown as ResourceFact;
}

function hasSeen(index: SpaceIndex, { atLeast }: FactRequest): boolean {
  return atLeast === undefined || isAtLeast({ space: index.revision, instance: index.registry.revision }, atLeast);
}
