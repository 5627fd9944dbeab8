import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { Database } from '../../../../persistence/index.js';
import { covers, reach, type AuditLog, type RequestContext } from '../../../shared/contracts/index.js';
import type { Decision, DenyCode, Facts } from '../../engine/index.js';
import type { Ask } from '../ask.js';
import { callMeter } from '../call-meter.js';
import { completeFacts } from '../complete-facts.js';
import type { FactSource } from '../fact-source.js';
import { Breather } from '../past/breather.js';
import { encodeRevision } from '../revision-token.js';
import { settle } from '../settle.js';
import { knowsSpace } from '../space-place.js';
import { mayReadCatalogue } from '../what-if/catalogue-right.js';
import { separationRulesOf } from '../what-if/separation-on-index.js';
import { BlastRadii } from './blast-radius.js';
import { deniedQuestion, type DeniedQuestion } from './denied-question.js';
import { grantCandidates, type Shown } from './grant-candidates.js';
import { isGrantable, obstacleOf, type GrantObstacle } from './grant-obstacle.js';
import { byRank, ranked, type RankedGrant } from './grant-rank.js';
import { readMemberWorld, type MemberWorld } from './member-world.js';
import { rolesWith } from './roles-with.js';
import { rulesBrokenByOthers } from './rules-broken-by-others.js';
import { suggestionEvent } from './suggestion-event.js';
import { limitOf, untilOf, type SuggestGrantsInput } from './suggestion-input.js';
import { trialConditions } from './trial-conditions.js';
import { Trial, type TriedGrant } from './tried-grant.js';

/** What one question would need. */
export interface SuggestedGrants {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: DenyCode | undefined;
  readonly reason: string;
  readonly revision: string;
  readonly auditEventId: string;
  readonly question: Ask['question'];
  readonly deniedDecision: string | undefined;
  readonly obstacle: GrantObstacle | undefined;
  /** The least one first. */
  readonly grants: readonly RankedGrant[];
  /** How many flip the denial, those that are not shown included. */
  readonly found: number;
  readonly world: MemberWorld | undefined;
  readonly until: Date;
  /** The asker may read the Roles of the Space. */
  readonly showsRoles: boolean;
}

/** What {@link Suggestions} are made of. */
export interface SuggestionParts {
  readonly executor: Database;
  readonly facts: FactSource;
  readonly auditLog: () => AuditLog;
}

/** Finds the least grants by which a denial would be an allow: each is tried before it is suggested, and nothing that is stored is touched. */
export class Suggestions {
  constructor(private readonly parts: SuggestionParts) {}

  /**
   * Suggests grants for a recorded denial, or for a question as it is answered now. One audited event.
   *
   * @throws PolityError `ADMIN_PERMISSION_REQUIRED` without `authz:check` where the target lies and `roles:read` in the Space,
   * `AUDIT_EVENT_NOT_FOUND`, `BATCH_TOO_LARGE` when the conditions of all grants together cost more than a call may
   */
  async suggest(context: RequestContext, input: SuggestGrantsInput): Promise<SuggestedGrants> {
    const { now } = context.request;
    const [limit, until] = [limitOf(input), untilOf(input, now)];
    const denied = await deniedQuestion(this.parts.executor, context, input);
    const { question } = denied.ask;
    const { spaceId } = question.actor;
    assertReadsRoles(context, spaceId);
    const world = await readMemberWorld(this.parts.executor, denied.ask);
    const facts = completeFacts(denied.ask, storedFacts(denied.ask, world));
    denied.rights.assertTarget(denied.ask, facts);
    const trial = world === undefined ? undefined : await this.trial(world, denied, facts, now);
    const decision = trial?.decide() ?? (await this.decided(denied, now));
    const shown = shownTo(context, world, spaceId);
    const grants = trial === undefined || !isGrantable(decision) ? [] : await this.grants(trial, { now, until, shown });
    const suggested = grants.slice(0, limit);
    const deniedDecision = denied.recorded?.auditEventId;
    const revision = world?.revision ?? { space: 0, instance: 0 };
    const [auditEventId] = await this.parts.auditLog().recordNow(context, [suggestionEvent({
      question, groupId: facts.group?.spaceId === spaceId ? facts.group.id : undefined, deniedDecision, decision: decision.decision, denyCode: decision.denyCode, revision,
      answer: suggested.map(({ candidate: { kind, change } }) => [kind, change]),
    })]);
    return {
      decision: decision.decision, denyCode: decision.denyCode, reason: decision.reason, revision: encodeRevision(spaceId, revision), auditEventId: auditEventId as string,
      question, deniedDecision, obstacle: obstacleOf(decision, shown), grants: suggested, found: grants.length, world, until, showsRoles: shown.roles,
    };
  }

  private async trial(world: MemberWorld, { ask, recorded }: DeniedQuestion, facts: Facts, now: number): Promise<Trial> {
    const [rules, meter] = [await separationRulesOf(this.parts.executor, world.index.spaceId), callMeter()];
    const evaluate = trialConditions(ask.question, facts, recorded, now, meter);
    return new Trial({ world, question: ask.question, target: { resource: facts.resource, isInline: ask.mode !== 'stored' }, now, evaluate, meter, rules });
  }

  // Of an actor that is none of the Space only all facts together can say what is wrong.
  private async decided({ ask, rights }: DeniedQuestion, now: number): Promise<Decision> {
    const [settled] = await settle(this.parts.facts, [ask], now, { rights });
    return (settled as NonNullable<typeof settled>).decision;
  }

  private async grants(trial: Trial, about: Parameters<typeof grantCandidates>[2]): Promise<RankedGrant[]> {
    const { world, question, now, meter } = trial.parts;
    const [breather, radii] = [new Breather(), new BlastRadii(this.parts.executor, world, question, now)];
    const found: RankedGrant[] = [];
    // A Role that helps without an anchor gives more than that with one.
    const helping = new Set<string>();
    for (const candidate of grantCandidates(world, question, about)) {
      if (candidate.kind === 'assign_role' && helping.has(candidate.roleId)) continue;
      if (breather.isDue) await breather.breathe();
      const grant = trial.try(candidate);
      if (meter.isExhausted) throw new PolityError('BATCH_TOO_LARGE', 'The conditions of all grants that could help cost too much together.', { path: ['input'] });
      if (grant === undefined) continue;
      if (candidate.kind === 'assign_role') helping.add(candidate.roleId);
      found.push(ranked({ ...grant, breaks: await this.broken(trial, grant) }, await radii.of(grant)));
    }
    return found.sort(byRank);
  }

  private async broken({ parts: { world: { index }, rules, now } }: Trial, { candidate: { roleId, permissionId }, breaks }: TriedGrant): Promise<string[]> {
    if (permissionId === undefined || !rules.some(({ permissionIds }) => permissionIds.includes(permissionId))) return [...breaks];
    const others = await rulesBrokenByOthers(this.parts.executor, { spaceId: index.spaceId, permissionId, roleIds: rolesWith(index.roles, roleId), now });
    return [...new Set([...breaks, ...others])].sort();
  }
}

function storedFacts({ question, mode }: Ask, world: MemberWorld | undefined): Facts {
  const none = { revision: { space: 0, instance: 0 }, registry: {}, isTargetInline: mode !== 'stored', grants: [] };
  if (world === undefined) return none;
  const facts = world.index.facts(question, { resource: world.resource, isInline: mode !== 'stored' });
  return world.group === undefined ? facts : { ...facts, group: world.group };
}

function assertReadsRoles(context: RequestContext, spaceId: string): void {
  if (knowsSpace(context, spaceId, ['roles:read'])) return;
  throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'Needs the permission roles:read in the Space.', { details: { permission: 'roles:read' } });
}

function shownTo(context: RequestContext, world: MemberWorld | undefined, spaceId: string): Shown {
  const held = reach(context.caller, 'roles:read', context.request.now);
  const pathOf = (anchorGroupId: string | undefined): string | undefined => {
    const row = anchorGroupId === undefined ? undefined : world?.index.groups.row(anchorGroupId);
    return row === undefined ? undefined : world?.index.groups.fact(row).path;
  };
  return {
    roles: covers(held, { spaceId }),
    catalogue: mayReadCatalogue(context),
    assignment: (anchorGroupId) => {
      const groupPath = pathOf(anchorGroupId);
      return covers(held, { spaceId, ...(groupPath === undefined ? {} : { groupPath }) });
    },
  };
}

/** Suggestions of the process. */
export const suggestionsRef = createServiceRef<Suggestions>({ id: 'authorization.suggestions', scope: 'process' });
