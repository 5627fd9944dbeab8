import {
  ALLOW_REASON, decide, DENY_REASONS, type ConditionEvaluator, type Decision, type DecisionRecorder, type DenyCode, type Facts, type GrantFact, type Question, type QuestionActor,
  type ResourceFact, type RoleFact, type SpaceFact,
} from '../engine/index.js';
import { Actors } from './actors.js';
import { Assignments, IS_CONDITIONAL, IS_TIMED, ROLE_SHIFT, STRIDE } from './assignments.js';
import { COVERAGE_CODES, COVERED, coverage, scopeCheckOf } from './coverage.js';
import { inOrderOfNames, text, type FactRow } from './fact-row.js';
import { GroupTree } from './group-tree.js';
import { IndexedCandidate } from './indexed-candidate.js';
import { problemOf, type PairEntry, type RegistryIndex } from './registry-index.js';
import { MANY, RoleRules, type Rule } from './role-rules.js';

/** What a question is about. */
export interface IndexedTarget {
  readonly resource: ResourceFact | undefined;
  /** The resource came with the request and is not stored. */
  readonly isInline: boolean;
}

const NO_GROUP = -1;
const NO_ROW = -1;
const NOWHERE = -1;

/**
 * The authorization facts of one Space at one revision, as integers. Gives the same decisions as the engine over the facts of the
 * database, without waiting; what it cannot tell (an actor that is not of this Space) it leaves to that.
 */
export class SpaceIndex {
  /** Revision of the Space that the facts are of. */
  revision = 0;
  readonly groups: GroupTree;
  readonly roles: RoleRules;
  readonly actors: Actors;
  readonly assignments: Assignments;
  private space: SpaceFact | undefined;
  private isSpaceActive = false;

  constructor(readonly spaceId: string, readonly registry: RegistryIndex) {
    this.groups = new GroupTree(spaceId);
    this.roles = new RoleRules(spaceId, registry);
    this.actors = new Actors(spaceId);
    this.assignments = new Assignments(spaceId, this);
  }

  /** Bytes held, roughly. */
  get size(): number {
    return 4_096 + this.groups.size + this.roles.size + this.actors.size + this.assignments.size;
  }

  /** Status of the Space; undefined when it is not there. */
  get status(): string | undefined {
    return this.space?.status;
  }

  /** Takes the newest rows in, those of the instance that concern it included; rows of other kinds are passed over. */
  apply(rows: Iterable<FactRow>): void {
    for (const row of inOrderOfNames(rows)) this.load(row);
  }

  /** Says that Permissions of the catalogue have changed. */
  permissionsChanged(ids: ReadonlySet<string>): void {
    if (ids.size > 0) this.roles.permissionsChanged(ids);
  }

  /**
   * Decides one question over the facts.
   *
   * @param now - clock of the request in milliseconds since the epoch
   * @param record - told of every candidate, in their order
   * @param evaluate - answers conditions, where the caller wants to know how
   * @returns undefined when the actor is none of this Space, or the ids do not belong together: another evaluator has to say why
   */
  decide(question: Question, target: IndexedTarget, now: number, record?: DecisionRecorder, evaluate?: ConditionEvaluator): Decision | undefined {
    const { actor } = question;
    if (actor.spaceId !== this.spaceId || this.space === undefined) return undefined;
    const isMachine = actor.isMachine === true;
    // A machine needs no binding.
    const binding = isMachine ? NO_ROW : this.actors.bindingRow(actor);
    if (binding === NO_ROW && !isMachine) return undefined;
    const member = isMachine ? this.actors.row(actor.memberId) : this.actors.memberOf(binding);
    if (member === undefined) return undefined;
    this.settle();
    const { resource } = target;
    const isHere = resource !== undefined && resource.spaceId === this.spaceId;
    const group = !isHere || resource.groupId === undefined ? NO_GROUP : (this.groups.row(resource.groupId) ?? NO_GROUP);
    const type = this.registry.type(question.resourceType);
    const pair = type?.actions.get(question.action);
    const registryProblem = pair === undefined ? problemOf(type, pair) : pair.problem;
    const problem = this.actorProblem(member, binding, now) ?? registryProblem ?? this.targetProblem(question, target, type?.mapping?.storageKind, group);
    if (problem !== undefined && (record === undefined || registryProblem !== undefined)) return DENIED[problem];
    // What led to the answer is shown whatever went wrong first.
    const plain = problem === undefined ? this.scan(pair as PairEntry, member, group, question, resource, now, record) : undefined;
    if (plain !== undefined) return plain;
    return decide(question, { ...this.facts(question, target), grants: [...this.grantsOf(member, pair as PairEntry)] }, now, record, evaluate);
  }

  /** True when the ids of an actor name one of this Space: only then {@link decide} answers. */
  knows(actor: QuestionActor): boolean {
    if (actor.spaceId !== this.spaceId || this.space === undefined) return false;
    return actor.isMachine === true ? this.actors.row(actor.memberId) !== undefined : this.actors.bindingRow(actor) !== NO_ROW;
  }

  /** The facts of a question, as the engine reads them; without the grants. */
  facts(question: Question, { resource, isInline }: IndexedTarget): Facts {
    const { actor } = question;
    const member = this.actors.row(actor.memberId);
    const binding = actor.isMachine === true ? NO_ROW : this.actors.bindingRow(actor);
    const type = this.registry.type(question.resourceType);
    const group = resource?.groupId === undefined || resource.spaceId !== this.spaceId ? undefined : this.groups.row(resource.groupId);
    return {
      revision: { space: this.revision, instance: this.registry.revision },
      user: binding === NO_ROW ? undefined : this.actors.userFact(binding),
      member: member === undefined ? undefined : this.actors.memberFact(member),
      userMember: binding === NO_ROW ? undefined : this.actors.userMemberFact(binding),
      space: this.space,
      registry: { resourceType: type?.fact, action: type?.actions.get(question.action)?.fact, mapping: type?.mapping },
      resource,
      group: group === undefined ? undefined : this.groups.fact(group),
      isTargetInline: isInline,
      grants: [],
    };
  }

  /** Makes the index ready for questions after changes: they do it by themselves, the first one pays. */
  settle(): void {
    this.groups.settle();
    this.roles.settle();
  }

  /** Takes one row in; rows that name others come after them. */
  load(row: FactRow): void {
    switch (row.kind) {
      case 'space':
        if (row.id !== this.spaceId) return;
        this.space = row.removed ? undefined : { id: row.id, status: text(row, 'status') };
        this.isSpaceActive = this.space?.status === 'active';
        return;
      case 'group':
        return this.groups.apply(row);
      case 'user':
      case 'member':
      case 'user_member':
        return this.actors.apply(row);
      case 'role':
      case 'role_permission':
      case 'role_inheritance': {
        const moved = this.roles.apply(row);
        if (moved !== undefined) this.assignments.replace(moved);
        return;
      }
      case 'member_role':
        return this.assignments.apply(row);
      default:
    }
  }

  private actorProblem(member: number, binding: number, now: number): DenyCode | undefined {
    const { actors } = this;
    if (binding !== NO_ROW && !actors.isUserActive(binding)) return 'ACTOR_USER_INACTIVE';
    if (!actors.isActive(member)) return 'ACTOR_MEMBER_INACTIVE';
    if (!this.isSpaceActive) return 'SPACE_INACTIVE';
    if (binding === NO_ROW) return undefined;
    if (!actors.isBindingActive(binding)) return 'USER_MEMBER_REVOKED';
    return actors.hasEnded(binding, now) ? 'USER_MEMBER_EXPIRED' : undefined;
  }

  private targetProblem({ resourceType }: Question, { resource, isInline }: IndexedTarget, storageKind: string | undefined, group: number): DenyCode | undefined {
    if (resource?.resourceType !== resourceType || (!isInline && storageKind !== 'internal_table')) return 'RESOURCE_NOT_FOUND';
    if (resource.spaceId !== this.spaceId) return 'CROSS_SPACE_VIOLATION';
    if (resource.status !== 'active') return 'RESOURCE_INACTIVE';
    if (resource.groupId === undefined) return undefined;
    if (group < 0) return 'TARGET_GROUP_MISSING';
    return this.groups.isActive(group) ? undefined : 'TARGET_GROUP_INACTIVE';
  }

  /** The usual case: no denials, one rule a Role, no conditions. Undefined when something else turns up: then the engine decides. */
  private scan(pair: PairEntry, member: number, group: number, { actor }: Question, resource: ResourceFact | undefined, now: number, record: DecisionRecorder | undefined): Decision | undefined {
    const { groups, assignments, roles } = this;
    const { number } = pair;
    if (!roles.isKnown(number)) return DENIED.NO_MATCHING_PERMISSION;
    if (roles.denials(number) > 0) return undefined;
    const { bits } = roles;
    const first = roles.firstWord(number);
    const isOwner = resource?.ownerMemberId !== undefined && resource.ownerMemberId === actor.memberId;
    const { pool } = assignments.ofMember;
    const end = assignments.ofMember.end(member);
    const recorded: IndexedCandidate[] | undefined = record === undefined ? undefined : [];
    let allowed: IndexedCandidate | undefined;
    let earliest = NOWHERE;
    let firstCode = COVERED;
    let firstKind = MANY;
    for (let at = assignments.ofMember.start(member); at < end; at += STRIDE) {
      const role = pool[at] as number;
      if (((bits[first + (role >> (ROLE_SHIFT + 5))] as number) & (1 << ((role >> ROLE_SHIFT) & 31))) === 0) continue;
      const kind = roles.kind(number, role >> ROLE_SHIFT);
      if (kind === MANY || (role & IS_CONDITIONAL) !== 0) return undefined;
      if ((role & IS_TIMED) !== 0 && !assignments.isInForce(pool[at + 2] as number, now)) continue;
      const code = coverage(kind - 1, groups, pool[at + 1] as number, group, isOwner);
      if (recorded !== undefined || code === COVERED) {
        const candidate = new IndexedCandidate(this, pair, actor, at, scopeCheckOf(kind - 1, code));
        recorded?.push(candidate);
        if (code === COVERED) {
          allowed ??= candidate;
          if (recorded === undefined) return { decision: 'ALLOW', reason: ALLOW_REASON, matched: candidate };
        }
      }
      if (earliest !== NOWHERE) continue;
      earliest = at;
      firstCode = code;
      firstKind = kind;
    }
    if (record !== undefined) for (const candidate of recorded ?? []) record(candidate);
    if (allowed !== undefined) return { decision: 'ALLOW', reason: ALLOW_REASON, matched: allowed };
    if (earliest === NOWHERE) return DENIED.NO_MATCHING_PERMISSION;
    const denyCode = COVERAGE_CODES[firstCode] ?? 'SCOPE_OUT_OF_BOUNDS';
    return { decision: 'DENY', denyCode, reason: DENY_REASONS[denyCode], matched: recorded?.[0] ?? new IndexedCandidate(this, pair, actor, earliest, scopeCheckOf(firstKind - 1, firstCode)) };
  }

  /** All grants that a Member has for the pair, in force or not, in words. */
  private *grantsOf(member: number, pair: PairEntry): Iterable<GrantFact> {
    const { pool } = this.assignments.ofMember;
    for (let at = this.assignments.ofMember.start(member); at < this.assignments.ofMember.end(member); at += STRIDE) {
      const { pairs, rules } = this.roles.at((pool[at] as number) >> ROLE_SHIFT);
      for (let rule = pairs.indexOf(pair.number); pairs[rule] === pair.number; rule += 1) yield this.grant(at, rules[rule] as Rule, this.actors.id(member));
    }
  }

  /** An assignment, by its place in the list of its Member, and one of the rules of its Role, in words. */
  grant(at: number, { permission, rolePermissionId, inherited }: Rule, memberId: string): GrantFact {
    const { assignments, roles, groups } = this;
    const anchor = assignments.listedAnchor(at);
    const memberRole = assignments.listedFact(at, memberId);
    const role = roles.fact(roles.at(assignments.listedRole(at)));
    const rolePermission = { id: rolePermissionId, status: 'active' };
    const path = inherited.length === 0 ? NOT_INHERITED : inherited.map((entry) => roles.fact(entry));
    if (anchor < 0) return { memberRole, role, inherited: path, rolePermission, permission: permission.fact };
    return { memberRole, role, inherited: path, rolePermission, permission: permission.fact, anchor: groups.fact(anchor) };
  }
}

const NOT_INHERITED: readonly RoleFact[] = [];
const DENIED = Object.fromEntries(
  Object.entries(DENY_REASONS).map(([denyCode, reason]) => [denyCode, Object.freeze({ decision: 'DENY', denyCode, reason })]),
) as unknown as Readonly<Record<DenyCode, Decision>>;
