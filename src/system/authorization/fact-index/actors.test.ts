import { Actors } from './actors.js';
import { ACTIVE } from './words.js';
import type { FactRow } from './fact-row.js';

const binding = (id: string, memberId: string, userId: string, more: Record<string, unknown> = {}): FactRow =>
  ({ kind: 'user_member', id, removed: false, body: { id, member_id: memberId, user_id: userId, status: 'active', relation_type: 'owner', is_primary: false, ...more } });
const named = (userMemberId: string, memberId: string, userId: string) => ({ userMemberId, memberId, userId, spaceId: 'space_a' });

function actors(...rows: readonly FactRow[]): Actors {
  const made = new Actors('space_a');
  for (const id of ['m1', 'm2']) made.setMember(id, 'active', false);
  for (const row of rows) made.apply(row);
  return made;
}

test('an actor is who all of its ids name', () => {
  const made = actors(binding('um1', 'm1', 'u1'), binding('um2', 'm2', 'u2'));
  expect(made.binding(named('um1', 'm1', 'u1'))).toMatchObject({ id: 'um1', userId: 'u1', status: ACTIVE, relationType: 'owner', isPrimary: false, expiresAt: undefined });
  for (const [userMemberId, memberId, userId] of [['um1', 'm2', 'u1'], ['um1', 'm1', 'u2'], ['um2', 'm1', 'u1'], ['um3', 'm1', 'u1'], ['um1', 'm1', ''], ['m1', 'm1', 'u1'], ['u\u0120', 'm1', 'u1']] as const) {
    expect(made.binding(named(userMemberId, memberId, userId))).toBeUndefined();
  }
});

test('an actor that was found by one id says the others as they are, and is nobody when the binding has gone', () => {
  const made = actors(binding('um1', 'm1', 'u1'));
  const other = actors(binding('um0', 'm1', 'u1'), binding('um1', 'm2', 'u1'));
  const found = made.actor('um1')!;
  expect([found.userId, found.memberId, found.userMemberId, found.spaceId]).toEqual(['u1', 'm1', 'um1', 'space_a']);
  // Elsewhere its number says nothing.
  expect([made.bindingRow(found), other.bindingRow(found)]).toEqual([0, -1]);
  made.apply(binding('um1', 'm2', 'u2'));
  expect([found.userId, found.memberId, made.binding(found)?.userId]).toEqual(['u2', 'm2', 'u2']);
  made.apply({ ...binding('um1', 'm2', 'u2'), removed: true });
  expect([made.bindingRow(found), made.actor('um1'), made.binding(named('um1', 'm2', 'u2')), made.actor('none')]).toEqual([-1, undefined, undefined, undefined]);
  made.apply(binding('um1', 'm1', 'u1'));
  expect([made.bindingRow(found), found.memberId]).toEqual([0, 'm1']);
});

test('bindings of a Member are those it has now, in the order of their ids', () => {
  const made = actors(binding('um3', 'm1', 'u1'), binding('um1', 'm1', 'u2'), binding('um2', 'm1', 'u3'), binding('um4', 'm2', 'u1'));
  const ids = (member: string): string[] => made.bindingsOf(made.row(member)!).map(({ id }) => id);
  expect([ids('m1'), ids('m2')]).toEqual([['um1', 'um2', 'um3'], ['um4']]);
  made.apply(binding('um2', 'm2', 'u3'));
  made.apply({ ...binding('um3', 'm1', 'u1'), removed: true });
  made.apply({ ...binding('um9', 'm1', 'u1'), removed: true });
  expect([ids('m1'), ids('m2')]).toEqual([['um1'], ['um2', 'um4']]);
  expect(made.actorsOf(made.row('m2')!).map(({ userMemberId, userId }) => `${userMemberId} ${userId}`)).toEqual(['um2 u3', 'um4 u1']);
  expect(made.bindingsOf(made.named('m9'))).toEqual([]);
});

test('a binding is read out as it was taken in', () => {
  const made = actors(binding('um1', 'm1', 'u1', { status: 'revoked', relation_type: 'delegate', is_primary: true, expires_at: '2026-01-02T00:00:00.500Z' }));
  const row = made.bindingRow(named('um1', 'm1', 'u1'));
  const expiresAt = Date.parse('2026-01-02T00:00:00.500Z');
  expect(made.userMemberFact(row)).toEqual({ id: 'um1', userId: 'u1', memberId: 'm1', spaceId: 'space_a', relationType: 'delegate', status: 'revoked', isPrimary: true, expiresAt });
  expect([made.isBindingActive(row), made.hasEnded(row, expiresAt - 1), made.hasEnded(row, expiresAt)]).toEqual([false, false, true]);
  made.apply(binding('um1', 'm1', 'u1'));
  expect([made.isBindingActive(row), made.hasEnded(row, expiresAt), made.userMemberFact(row)]).toEqual([true, false, expect.not.objectContaining({ expiresAt: expect.anything() })]);
});

test('a User counts when something active was said of it', () => {
  const made = actors(binding('um1', 'm1', 'u1'));
  const row = made.bindingRow(named('um1', 'm1', 'u1'));
  expect([made.isUserActive(row), [...made.unknownUsers], made.userFact(row)]).toEqual([false, ['u1'], { id: 'u1', status: 'missing' }]);
  made.setUser('u1', 'active');
  expect([made.isUserActive(row), made.unknownUsers.size]).toEqual([true, 0]);
  made.apply({ kind: 'user', id: 'u1', removed: false, body: { id: 'u1', status: 'disabled' } });
  expect([made.isUserActive(row), made.userFact(row).status]).toEqual([false, 'disabled']);
});
