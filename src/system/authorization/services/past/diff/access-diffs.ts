import { canonicalJson, sha256 } from '../../../../../kernel/crypto/index.js';
import { invalid } from '../../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../../../persistence/index.js';
import type { AuditEntry, AuditLog, RequestContext } from '../../../../shared/contracts/index.js';
import type { ListPage, PageInput } from '../../../../shared/services/index.js';
import type { ConditionInput } from '../../../engine/index.js';
import { RegistryIndex } from '../../../fact-index/registry-index.js';
import { SpaceIndex } from '../../../fact-index/space-index.js';
import { defined } from '../../inline-facts.js';
import { checkedId, checkedKey, checkedProperties, required } from '../../input-checks.js';
import { cutOf, MOST_COUNTED, pageOf, type Cut, type Placed } from '../../lists/page-of.js';
import { encodeRevision } from '../../revision-token.js';
import { readAsOf, type AsOfInput } from '../as-of.js';
import type { Moment, Moments } from '../moments.js';
import type { PastViews } from '../past-views.js';
import { resourcesThen } from '../resources-then.js';
import { accessChanges, type ChangesQuestion } from './access-changes.js';
import type { AccessChange } from './access-change.js';
import { decisionChanges } from './decision-changes.js';
import { ViewPair } from './view-pair.js';
import { requireWholeSpace } from './whole-space.js';

/** Members that one question may name. */
const MOST_MEMBERS = 200;
const PATH = ['input'];

/** Who gained and who lost what between two moments: question of {@link AccessDiffs.diff}. */
export interface AccessDiffInput {
  readonly spaceId: string;
  readonly from: AsOfInput;
  /** The present when absent. */
  readonly to?: AsOfInput | null;
  readonly resourceType?: string | null;
  readonly action?: string | null;
  readonly memberIds?: readonly string[] | null;
  /** Asks for actors that may do the action on this Resource at one moment and not at the other. */
  readonly resourceId?: string | null;
  /** Input of conditions, where a Resource is asked about. */
  readonly context?: unknown;
  readonly actionProperties?: unknown;
}

/** A moment as answers name it. */
export interface NamedMoment {
  readonly revision: string;
  readonly time: Date;
}

/** One page of a difference. */
export interface AccessDiffPage extends ListPage<AccessChange> {
  readonly from: NamedMoment;
  readonly to: NamedMoment;
  /** The pages together are the whole answer. */
  readonly complete: true;
}

/** What {@link AccessDiffs} are made of. */
export interface AccessDiffParts {
  readonly executor: SqlExecutor;
  readonly moments: Moments;
  readonly views: PastViews;
  readonly auditLog: () => AuditLog;
}

type Changes = (from: Pick<Cut, 'backward' | 'position'>) => AsyncIterable<Placed<AccessChange>>;

/** Compares what is in force in a Space at two moments, the clock included: what ended between them by itself is lost too. */
export class AccessDiffs {
  constructor(private readonly parts: AccessDiffParts) {}

  /**
   * One page of the difference, by Member. It is one audited event.
   *
   * @throws PolityError `ADMIN_PERMISSION_REQUIRED` without `authz:check` and `roles:read` in the whole Space
   */
  async diff(context: RequestContext, input: AccessDiffInput, page: PageInput): Promise<AccessDiffPage> {
    const { executor, moments } = this.parts;
    const { now } = context.request;
    const question = readQuestion(input);
    const spaceId = required(checkedId(input.spaceId, [...PATH, 'spaceId']), [...PATH, 'spaceId']);
    const name = question.resourceId === undefined ? 'accessDiff' : 'accessDiffOfResource';
    const cut = cutOf(name, 2, page);
    const asked = [readAsOf(input.from, spaceId, now, [...PATH, 'from']), readAsOf(input.to, spaceId, now, [...PATH, 'to'])].map((moment) => moment ?? { time: now, path: [...PATH, 'to'] });
    await requireWholeSpace(executor, context, spaceId, ['authz:check', 'roles:read'], [...PATH, 'spaceId']);
    const [from, to] = (await moments.find(asked.map((each) => ({ spaceId, asked: each })), now)) as [Moment, Moment];
    assertOrder(from, to);
    const changes = await this.changes(spaceId, [from, to], question);
    const found: Placed<AccessChange>[] = [];
    for await (const change of changes(cut)) if (found.push(change) > cut.limit) break;
    const listed = pageOf(name, cut, found, () => counted(changes));
    await this.parts.auditLog().recordNow(context, [diffEvent(spaceId, [from, to], question, listed.edges.map(({ node }) => node))]);
    return { ...listed, from: named(spaceId, from), to: named(spaceId, to), complete: true };
  }

  private async changes(spaceId: string, [from, to]: readonly [Moment, Moment], question: DiffQuestion): Promise<Changes> {
    const [before, after] = await Promise.all([from, to].map(async ({ revision, clock }) => ({ index: (await this.parts.views.at(spaceId, revision)) ?? nothing(spaceId), clock })));
    const pair = new ViewPair(before as NonNullable<typeof before>, after as NonNullable<typeof after>);
    const { resourceId, resourceType, action, memberIds } = question;
    if (resourceId === undefined || resourceType === undefined || action === undefined) return (at) => accessChanges(pair, question, at);
    const [was, is] = await resourcesThen(this.parts.executor, spaceId, [from, to].map(({ revision }) => ({ id: resourceId, rev: revision.space })));
    const about = { resourceId, resourceType, action, memberIds, before: was, after: is, ...defined({ input: question.input }) };
    return (at) => decisionChanges(pair, about, at);
  }
}

interface DiffQuestion extends ChangesQuestion {
  readonly resourceId?: string;
  readonly input?: ConditionInput;
}

function readQuestion({ resourceType, action, memberIds, resourceId, context, actionProperties }: AccessDiffInput): DiffQuestion {
  const key = (name: string, value: string | null | undefined): string | undefined => (value === null || value === undefined ? undefined : checkedKey(value, [...PATH, name]));
  if ((memberIds ?? []).length > MOST_MEMBERS) throw invalid([...PATH, 'memberIds'], `At most ${MOST_MEMBERS} Members can be named.`);
  const members = memberIds?.map((id, at) => checkedId(id, [...PATH, 'memberIds', at]) as string);
  const input = defined({ action: checkedProperties(actionProperties, [...PATH, 'actionProperties']), context: checkedProperties(context, [...PATH, 'context']) });
  const resource = checkedId(resourceId, [...PATH, 'resourceId']);
  const question = { resourceType: key('resourceType', resourceType), action: key('action', action), resourceId: resource };
  if (resource !== undefined) for (const name of ['resourceType', 'action'] as const) required(question[name], [...PATH, name]);
  else if (Object.keys(input).length > 0) throw invalid([...PATH, 'resourceId'], 'Conditions are evaluated where a Resource is asked about.');
  const names = { ...question, memberIds: members === undefined ? undefined : [...new Set(members)].sort(), input: Object.keys(input).length === 0 ? undefined : input };
  return defined(names) as DiffQuestion;
}

function assertOrder(from: Moment, to: Moment): void {
  if (from.clock > to.clock || from.revision.space > to.revision.space || from.revision.instance > to.revision.instance) {
    throw invalid([...PATH, 'from'], 'This moment lies after the other one; where a revision is named, name its time too.');
  }
}

// Before it was there, a Space had nothing.
function nothing(spaceId: string): SpaceIndex {
  return new SpaceIndex(spaceId, new RegistryIndex());
}

function named(spaceId: string, { revision, clock }: Moment): NamedMoment {
  return { revision: encodeRevision(spaceId, revision), time: new Date(clock) };
}

async function counted(changes: Changes): Promise<number | null> {
  let count = 0;
  for await (const _ of changes({ backward: false, position: undefined })) if (++count > MOST_COUNTED) return null;
  return count;
}

function diffEvent(spaceId: string, [from, to]: readonly [Moment, Moment], { input: _input, ...question }: DiffQuestion, answer: readonly AccessChange[]): AuditEntry {
  return {
    type: 'authorization.access_diff',
    spaceId,
    target: { type: 'Space', id: spaceId },
    details: {
      ...question,
      from: { revision: from.revision, clock: from.clock },
      to: { revision: to.revision, clock: to.clock },
      count: answer.length,
      sha256: Buffer.from(sha256(canonicalJson(JSON.parse(JSON.stringify(answer))))).toString('hex'),
    },
  };
}

/** Differences of the process. */
export const accessDiffsRef = createServiceRef<AccessDiffs>({ id: 'authorization.access_diffs', scope: 'process' });
