import { groupsRef } from '../services/groups/index.js';
import { membersRef } from '../services/members.js';
import { spacesRef } from '../services/spaces.js';
import { userMembersRef } from '../services/user-members.js';
import { usersRef } from '../services/users.js';
import type { IdentityWorld } from './identity-world.js';

/** The Finance Reviewer fixture: `space_acme` with two trees, and `space_other` beside it. */
export async function makeAcme(world: IdentityWorld): Promise<void> {
  const system = world.as();
  const accepted = async (result: Promise<{ readonly errors: readonly object[] }>): Promise<void> => {
    const { errors } = await result;
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };
  for (const [id, name] of [['space_acme', 'Acme'], ['space_other', 'Other']] as const) {
    await accepted(system.services.get(spacesRef).create(system, { id, name }));
  }
  for (const [id, email] of [['user_alice', 'alice@example.com'], ['user_bob', 'bob@example.com']] as const) {
    await accepted(system.services.get(usersRef).create(system, { id, email }));
  }
  const groups = [
    ['space_acme', 'group_finance', 'finance'], ['space_acme', 'group_finance_apac', 'finance.apac'], ['space_acme', 'group_finance_emea', 'finance.emea'],
    ['space_acme', 'group_legal', 'legal'], ['space_acme', 'group_legal_emea', 'legal.emea'], ['space_other', 'group_sales', 'sales'],
  ] as const;
  for (const [spaceId, id, path] of groups) await accepted(system.services.get(groupsRef).create(system, { id, spaceId, path }));
  const members = [
    ['space_acme', 'member_finance_reviewer', 'Finance Reviewer'], ['space_acme', 'member_invoice_creator', 'APAC Invoice Creator'],
    ['space_other', 'member_other', 'Other Member'],
  ] as const;
  for (const [spaceId, id, displayName] of members) await accepted(system.services.get(membersRef).create(system, { id, spaceId, displayName }));
  const bindings = [['um_alice_finance_reviewer', 'user_alice', 'delegate'], ['um_bob_finance_reviewer', 'user_bob', 'login']] as const;
  for (const [id, userId, relationType] of bindings) {
    await accepted(system.services.get(userMembersRef).create(system, { id, userId, memberId: 'member_finance_reviewer', relationType, isPrimary: true }));
  }
}
