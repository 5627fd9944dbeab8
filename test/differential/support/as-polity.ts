import { decide, type Question } from '../../../src/system/authorization/engine/index.js';
import { BUILDERS } from '../../../src/system/authorization/fact-index/testing/build-index.js';
import { FactStore } from '../../../src/system/authorization/fact-index/testing/fact-store.js';
import { ACTIONS, upwards, type SharedModel, type SharedQuestion } from './shared-model.js';

const SPACE = 'space_a';

/** Answers by the index in memory, and by the engine over facts. */
export function asPolity(model: SharedModel): { readonly fromIndex: (question: SharedQuestion) => boolean; readonly fromFacts: (question: SharedQuestion) => boolean } {
  const store = storeOf(model);
  const index = BUILDERS.inBulk(store.all(), SPACE);
  const factsOf = (question: Question) => store.facts({ question, mode: 'stored' });
  return {
    fromFacts: (asked) => decide(questionOf(asked), factsOf(questionOf(asked)), 0).decision === 'ALLOW',
    fromIndex: (asked) => index.decide(questionOf(asked), { resource: factsOf(questionOf(asked)).resource, isInline: false }, 0)?.decision === 'ALLOW',
  };
}

function questionOf({ user, action, resource }: SharedQuestion): Question {
  return { actor: { userId: `user_${user}`, memberId: `member_${user}`, userMemberId: `um_${user}`, spaceId: SPACE }, resourceType: 'doc', resourceId: resource.id, action };
}

function storeOf(model: SharedModel): FactStore {
  const store = new FactStore();
  const put = (kind: string, id: string, body: Readonly<Record<string, unknown>>): unknown => store.put(kind, { id, space_id: SPACE, status: 'active', ...body });
  put('space', SPACE, {});
  put('resource_type', 'rt_doc', { key: 'doc' });
  put('resource_mapping', 'rm_doc', { resource_type: 'doc', storage_kind: 'internal_table' });
  for (const key of ACTIONS) put('resource_action', `ra_${key}`, { resource_type: 'doc', key });
  for (const user of model.users) {
    put('user', `user_${user}`, {});
    put('member', `member_${user}`, {});
    put('user_member', `um_${user}`, { user_id: `user_${user}`, member_id: `member_${user}`, relation_type: 'login' });
  }
  for (const [id, parent] of model.groups) put('group', id, { parent_group_id: parent ?? null, path: upwards(model, id).toReversed().join('.') });
  for (const role of model.roles) put('role', role, { key: role });
  for (const [role, inherited] of model.inheritances) put('role_inheritance', `ri_${role}_${inherited}`, { role_id: role, inherited_role_id: inherited });
  for (const [number, { role, action, scope, effect }] of model.grants.entries()) {
    put('permission', `perm_${number}`, { resource_type: 'doc', action, scope, effect });
    put('role_permission', `rp_${number}`, { role_id: role, permission_id: `perm_${number}` });
  }
  for (const [number, { user, role, group }] of model.assignments.entries()) put('member_role', `mr_${number}`, { member_id: `member_${user}`, role_id: role, scope_anchor_group_id: group });
  for (const { id, group, owner } of model.resources) put('resource', id, { resource_type: 'doc', group_id: group, owner_member_id: `member_${owner}`, visibility: 'private', metadata: {} });
  return store;
}
