import type { GroupFact, Question } from '../../engine/index.js';
import { moment, text, type FactRow } from '../../fact-index/fact-row.js';
import { SCOPE_CODES, type PairEntry } from '../../fact-index/registry-index.js';
import type { ChangeInput } from '../what-if/proposed-change.js';
import type { MemberWorld } from './member-world.js';

/** How a grant would come about. */
export type GrantKind = 'extend_assignment' | 'start_assignment' | 'assign_role' | 'give_permission';

/** One grant that may flip a denial, not yet tried. */
export interface GrantCandidate {
  readonly kind: GrantKind;
  readonly roleId: string;
  readonly memberRoleId?: string;
  readonly anchorGroupId?: string;
  readonly permissionId?: string;
  /** The mutation that would make it, as simulateChange takes it. */
  readonly change: ChangeInput;
  /** The row that it would write, and the one that stood there before. */
  readonly row: FactRow;
  readonly before: FactRow;
}

/** What the asker may be shown. */
export interface Shown {
  /** Roles of the whole Space. */
  readonly roles: boolean;
  /** The catalogue of Permissions. */
  readonly catalogue: boolean;
  /** Assignments with this anchor. */
  readonly assignment: (anchorGroupId: string | undefined) => boolean;
}

const PROPOSED = 'proposed.grant';

/** Grants that could flip a denial: Roles that are there, Permissions that are there, and assignments that have ended or not begun. */
export function* grantCandidates(world: MemberWorld, question: Question, { now, until, shown }: { readonly now: number; readonly until: Date; readonly shown: Shown }): Iterable<GrantCandidate> {
  const pair = world.index.registry.type(question.resourceType)?.actions.get(question.action);
  if (pair === undefined) return;
  const visible = world.assignments.filter(({ body }) => shown.assignment(anchorOf(body)));
  yield* timedCandidates(world, pair, visible, now, until);
  if (!shown.roles) return;
  yield* roleCandidates(world, pair, question, now, until);
  if (shown.catalogue) yield* permissionCandidates(world, pair, visible, now);
}

function* timedCandidates(world: MemberWorld, pair: PairEntry, assignments: readonly FactRow[], now: number, until: Date): Iterable<GrantCandidate> {
  for (const row of assignments) {
    if (row.body['status'] !== 'active' || !allows(world, text(row, 'role_id'), pair)) continue;
    const [startsAt, expiresAt] = [moment(row, 'starts_at'), moment(row, 'expires_at')];
    const about = { roleId: text(row, 'role_id'), memberRoleId: row.id, ...anchored(anchorOf(row.body)), before: row };
    if (expiresAt !== undefined && expiresAt <= now) {
      yield { ...about, kind: 'extend_assignment', change: { updateMemberRole: { id: row.id, expiresAt: until } }, row: { ...row, body: { ...row.body, expires_at: until.toISOString() } } };
    } else if (startsAt !== undefined && startsAt > now) {
      const at = new Date(now);
      yield { ...about, kind: 'start_assignment', change: { updateMemberRole: { id: row.id, startsAt: at } }, row: { ...row, body: { ...row.body, starts_at: at.toISOString() } } };
    }
  }
}

function* roleCandidates(world: MemberWorld, pair: PairEntry, { actor: { memberId, spaceId } }: Question, now: number, until: Date): Iterable<GrantCandidate> {
  const anchor = world.group?.status === 'active' ? world.group : undefined;
  for (const [roleId] of world.roles) {
    const scopes = new Set(allowingScopes(world, roleId, pair));
    // Without an anchor comes first: it gives less.
    const anchors: (GroupFact | undefined)[] = [
      ...(scopes.has(SCOPE_CODES.self) || scopes.has(SCOPE_CODES.space) ? [undefined] : []),
      ...(anchor !== undefined && (scopes.has(SCOPE_CODES.group) || scopes.has(SCOPE_CODES.group_tree)) ? [anchor] : []),
    ];
    for (const group of anchors) {
      const held = world.assignments.find(({ body }) => body['role_id'] === roleId && anchorOf(body) === group?.id);
      // What stands, or ended by the clock, is another matter.
      if (held?.body['status'] === 'active') continue;
      const id = held?.id ?? PROPOSED;
      const body = {
        id, space_id: spaceId, member_id: memberId, role_id: roleId, scope_anchor_group_id: group?.id ?? null, status: 'active', starts_at: null,
        expires_at: until.toISOString(), condition: null,
      };
      const input = { memberId, roleId, ...(group === undefined ? {} : { scopeAnchorGroupId: group.id }), expiresAt: until };
      const row: FactRow = { kind: 'member_role', id, removed: false, body };
      yield { kind: 'assign_role', roleId, ...anchored(group?.id), change: { createMemberRole: input }, row, before: held ?? { ...row, removed: true } };
    }
  }
}

function* permissionCandidates(world: MemberWorld, pair: PairEntry, assignments: readonly FactRow[], now: number): Iterable<GrantCandidate> {
  const held = new Set(assignments.filter((row) => isInForce(row, now)).map((row) => text(row, 'role_id')));
  for (const roleId of held) {
    const role = world.index.roles.role(roleId);
    if (role?.status !== 'active') continue;
    for (const { id: permissionId, body } of world.permissions) {
      if (body['resource_type'] !== pair.type.key || body['action'] !== pair.key || body['effect'] === 'deny' || body['status'] !== 'active') continue;
      if (role.own.some(({ permission }) => permission.id === permissionId)) continue;
      const row: FactRow = { kind: 'role_permission', id: PROPOSED, removed: false, body: { id: PROPOSED, role_id: roleId, permission_id: permissionId, status: 'active' } };
      yield { kind: 'give_permission', roleId, permissionId, change: { createRolePermission: { roleId, permissionId } }, row, before: { ...row, removed: true } };
    }
  }
}

function allowingScopes({ index }: MemberWorld, roleId: string, pair: PairEntry): number[] {
  return (index.roles.role(roleId)?.rules ?? []).filter(({ permission }) => permission.pair === pair && permission.effect === 'allow').map(({ permission }) => permission.scopeCode);
}

function allows(world: MemberWorld, roleId: string, pair: PairEntry): boolean {
  return allowingScopes(world, roleId, pair).length > 0;
}

function isInForce(row: FactRow, now: number): boolean {
  return row.body['status'] === 'active' && (moment(row, 'starts_at') ?? now) <= now && (moment(row, 'expires_at') ?? Number.POSITIVE_INFINITY) > now;
}

function anchorOf(body: FactRow['body']): string | undefined {
  return typeof body['scope_anchor_group_id'] === 'string' ? body['scope_anchor_group_id'] : undefined;
}

function anchored(anchorGroupId: string | undefined): { readonly anchorGroupId?: string } {
  return anchorGroupId === undefined ? {} : { anchorGroupId };
}
