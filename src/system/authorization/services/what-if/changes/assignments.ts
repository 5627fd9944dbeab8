import { invalid, type InputPath } from '../../../../../kernel/errors/index.js';
import { moment, type FactRow } from '../../../fact-index/fact-row.js';
import { checkedCondition } from '../../checked-condition.js';
import { proposedId, type Hypothesis } from '../hypothesis.js';
import type { ChangeOf } from './change-of.js';

/** Assigns a Role, or revives an assignment that was revoked or has ended. */
export async function createMemberRole(space: Hypothesis, { input, path }: ChangeOf<'createMemberRole'>): Promise<void> {
  const { memberId, roleId } = input;
  const anchor = input.scopeAnchorGroupId ?? null;
  await space.find('Role', roleId, [...path, 'roleId']);
  await space.find('Member', memberId, [...path, 'memberId']);
  if (anchor !== null) await space.find('Group', anchor, [...path, 'scopeAnchorGroupId']);
  const [startsAt, expiresAt, condition] = [input.startsAt ?? null, input.expiresAt ?? null, checkedCondition(input.condition, [...path, 'condition'])];
  assertPeriod({ startsAt, expiresAt }, input, space.now, path);
  const held = (await space.linked('member_role', memberId))
    .find(({ body }) => body['role_id'] === roleId && (body['scope_anchor_group_id'] ?? null) === anchor);
  if (held !== undefined && stands(held, space.now)) throw invalid([...path, 'roleId'], 'The Member holds this Role at this anchor.', 'ALREADY_EXISTS');
  const id = held?.id ?? proposedId(path);
  space.write('member_role', id, {
    id, space_id: space.index.spaceId, member_id: memberId, role_id: roleId, scope_anchor_group_id: anchor, status: 'active',
    starts_at: startsAt?.toISOString() ?? null, expires_at: expiresAt?.toISOString() ?? null, condition,
  });
}

/** Changes start, end or condition: absent fields stay, null takes away. */
export async function updateMemberRole(space: Hypothesis, { input, path }: ChangeOf<'updateMemberRole'>): Promise<void> {
  const row = await space.find('MemberRole', input.id, [...path, 'id']);
  if (row.body['status'] !== 'active') throw invalid([...path, 'id'], 'What was revoked does not change; assign the Role again.');
  const kept = (column: string): Date | null => (moment(row, column) === undefined ? null : new Date(moment(row, column) as number));
  const { startsAt = kept('starts_at'), expiresAt = kept('expires_at') } = input;
  const condition = input.condition === undefined ? (row.body['condition'] ?? null) : checkedCondition(input.condition, [...path, 'condition']);
  assertPeriod({ startsAt, expiresAt }, input, space.now, path);
  space.change(row, { starts_at: startsAt?.toISOString() ?? null, expires_at: expiresAt?.toISOString() ?? null, condition });
}

export async function revokeMemberRole(space: Hypothesis, { input: { id }, path }: ChangeOf<'revokeMemberRole'>): Promise<void> {
  space.change(await space.find('MemberRole', id, [...path, 'id']), { status: 'revoked' });
}

function stands(row: FactRow, now: number): boolean {
  return row.body['status'] === 'active' && (moment(row, 'expires_at') ?? Number.POSITIVE_INFINITY) > now;
}

interface Period {
  readonly startsAt?: Date | null;
  readonly expiresAt?: Date | null;
}

function assertPeriod({ startsAt, expiresAt }: Period, given: Period, now: number, path: InputPath): void {
  if (given.expiresAt && given.expiresAt.getTime() <= now) throw invalid([...path, 'expiresAt'], 'The end must lie in the future.');
  if (startsAt && expiresAt && startsAt >= expiresAt) throw invalid([...path, given.startsAt ? 'startsAt' : 'expiresAt'], 'An assignment starts before it ends.');
}
