import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import type { AuditLog, RequestContext } from '../../../shared/contracts/index.js';
import type { FactRevision } from '../../engine/index.js';
import { defined } from '../inline-facts.js';
import { checkedId, checkedKey, required } from '../input-checks.js';
import { readAsOf, type AskedMoment } from '../past/as-of.js';
import type { ChangesQuestion } from '../past/diff/access-changes.js';
import type { View } from '../past/diff/access-entries.js';
import { ViewPair } from '../past/diff/view-pair.js';
import { requireWholeSpace } from '../past/diff/whole-space.js';
import type { Moments } from '../past/moments.js';
import type { PastViews } from '../past/past-views.js';
import { encodeRevision } from '../revision-token.js';
import { applyChange } from './apply-change.js';
import { requireCatalogue } from './catalogue-right.js';
import { Hypothesis } from './hypothesis.js';
import { newestRevision } from './newest-revision.js';
import { readChanges, type ChangeInput, type ProposedChange } from './proposed-change.js';
import { recordedQuestions, type RecordedQuestions, type RecordedSpan } from './recorded-questions.js';
import { replayed, type Replay } from './replay.js';
import { newViolations, separationRulesOf, violationsOn } from './separation-on-index.js';
import { countAnswer, simulationEvent } from './simulation-event.js';
import { ReplayedDecisions, Simulation } from './simulation.js';
import { Versions } from './versions.js';

const PATH = ['input'];
/** Recorded decisions that one question asks again. */
const USUAL_DECISIONS = 1_000;
const MOST_DECISIONS = 10_000;

/** What if these changes were made: question of {@link Simulations.simulate}. */
export interface SimulateChangeInput {
  readonly spaceId: string;
  /** Made one after the other. */
  readonly changes: readonly ChangeInput[];
  /** Revision of the facts; the newest when absent. */
  readonly revision?: string | null;
  readonly resourceType?: string | null;
  readonly action?: string | null;
  /** Asks which recorded decisions since then would flip. */
  readonly since?: Date | null;
  readonly until?: Date | null;
  /** Only decisions that were recorded before this one. */
  readonly beforeAuditEventId?: string | null;
  readonly mostDecisions?: number | null;
}

/** What {@link Simulations} are made of. */
export interface SimulationParts {
  readonly executor: SqlExecutor;
  readonly moments: Moments;
  readonly views: PastViews;
  readonly auditLog: () => AuditLog;
}

/** Tries changes on a copy of the facts of a Space that nobody else sees; nothing that is stored is touched. */
export class Simulations {
  constructor(private readonly parts: SimulationParts) {}

  /**
   * Makes changes to a copy and says what they do. One audited event.
   *
   * @throws PolityError `ADMIN_PERMISSION_REQUIRED` without `authz:check` and `roles:read`, and `audit:read` where decisions are asked
   * again, in the whole Space, or without `permissions:read` for what tells of the catalogue; what a mutation would refuse a change
   * with, naming its path
   */
  async simulate(context: RequestContext, input: SimulateChangeInput): Promise<Simulation> {
    const { now } = context.request;
    const { spaceId, changes, question, span, asked } = readInput(input, now);
    const keys = ['authz:check', 'roles:read', ...(span === undefined ? [] : ['audit:read'])];
    await requireWholeSpace(this.parts.executor, context, spaceId, keys, [...PATH, 'spaceId']);
    requireCatalogue(context, changes);
    const { executor, moments } = this.parts;
    const revision = asked === undefined ? await newestRevision(executor, spaceId) : (await moments.one({ spaceId, asked }, now)).revision;
    const [before, after] = await this.views(spaceId, revision, changes, now);
    const pair = new ViewPair(before, after);
    const rules = await separationRulesOf(executor, spaceId);
    const violations = rules.length === 0 ? [] : newViolations(violationsOn(before, rules), violationsOn(after, rules));
    const replay = span === undefined ? undefined : await this.replay(span, before, after);
    const answer = await countAnswer(pair, question, violations, replay?.replay);
    const decisions = replay === undefined || span === undefined ? undefined : new ReplayedDecisions(span, replay.read, replay.replay);
    const [auditEventId] = await this.parts.auditLog().recordNow(context, [simulationEvent({
      spaceId, revision, changes, question, answer, violations: violations.length,
      ...(decisions === undefined ? {} : { replay: { ...decisions.span, examined: decisions.examined, flipped: decisions.flipped, undecided: decisions.undecided } }),
    })]);
    return new Simulation(encodeRevision(spaceId, revision), auditEventId as string, answer.counts, pair, question, violations, decisions);
  }

  private async views(spaceId: string, revision: FactRevision, changes: readonly ProposedChange[], now: number): Promise<[View, View]> {
    const { views, executor } = this.parts;
    const [shared, own] = await Promise.all([views.at(spaceId, revision), views.copy(spaceId, revision)]);
    if (shared === undefined || own === undefined) throw invalid([...PATH, 'revision'], 'The Space was not there at this revision.');
    if (own.status === 'deleting') throw invalid([...PATH, 'spaceId'], 'This Space is being deleted and takes no more changes.', 'SPACE_DELETION_PENDING');
    const space = new Hypothesis(own, new Versions(executor, spaceId, revision), now);
    for (const change of changes) await applyChange(space, change);
    return [{ index: shared, clock: now }, { index: own, clock: now }];
  }

  private async replay(span: RecordedSpan, before: View, after: View): Promise<{ readonly read: RecordedQuestions; readonly replay: Replay }> {
    const read = await recordedQuestions(this.parts.executor, span, [...PATH, 'beforeAuditEventId']);
    return { read, replay: await replayed(before, after, read.questions) };
  }
}

interface Read {
  readonly spaceId: string;
  readonly changes: readonly ProposedChange[];
  readonly question: ChangesQuestion;
  readonly span: (RecordedSpan & { readonly since: Date; readonly until: Date }) | undefined;
  /** The newest revision when absent. */
  readonly asked: AskedMoment | undefined;
}

function readInput(input: SimulateChangeInput, now: number): Read {
  const spaceId = required(checkedId(input.spaceId, [...PATH, 'spaceId']), [...PATH, 'spaceId']);
  const key = (name: string, value: string | null | undefined): string | undefined => (value === null || value === undefined ? undefined : checkedKey(value, [...PATH, name]));
  const question = defined({ resourceType: key('resourceType', input.resourceType), action: key('action', input.action) });
  const changes = readChanges(input.changes, [...PATH, 'changes']);
  const revision = input.revision ?? undefined;
  const asked = revision === undefined ? undefined : readAsOf({ revision }, spaceId, now, PATH);
  return { spaceId, changes, question, span: spanOf(spaceId, input, now), asked };
}

function spanOf(spaceId: string, input: SimulateChangeInput, now: number): Read['span'] {
  const since = input.since ?? undefined;
  if (since === undefined) {
    const lone = (['until', 'beforeAuditEventId', 'mostDecisions'] as const).find((name) => (input[name] ?? undefined) !== undefined);
    if (lone !== undefined) throw invalid([...PATH, lone], 'It belongs to since.');
    return undefined;
  }
  const until = input.until ?? new Date(now);
  if (since.getTime() > now || since > until) throw invalid([...PATH, 'since'], 'It begins in the past, and before its end.');
  const most = input.mostDecisions ?? USUAL_DECISIONS;
  if (most < 1 || most > MOST_DECISIONS) throw invalid([...PATH, 'mostDecisions'], `1 to ${MOST_DECISIONS} decisions can be asked again.`);
  return { spaceId, since, until, most, ...defined({ beforeEventId: checkedId(input.beforeAuditEventId, [...PATH, 'beforeAuditEventId']) }) };
}

/** Simulations of the process. */
export const simulationsRef = createServiceRef<Simulations>({ id: 'authorization.simulations', scope: 'process' });
