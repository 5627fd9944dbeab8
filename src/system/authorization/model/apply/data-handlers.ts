import { invalid } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { MemberRoles } from '../../services/member-roles.js';
import { MODEL_IDS } from '../ids.js';
import { changedValue, switchTo, type Handlers } from './handlers.js';
import type { KnownIds } from './known-ids.js';
import type { ForeignServices } from './model-services.js';

const dateOf = (milliseconds: number | undefined): Date | undefined => (milliseconds === undefined ? undefined : new Date(milliseconds));

/** Changes of Groups, people and assignments. */
export function dataHandlers(
  context: RequestContext, spaceId: string, { groups, users, members, userMembers }: ForeignServices, memberRoles: MemberRoles, ids: KnownIds,
): Handlers<'group' | 'user' | 'member' | 'binding' | 'assignment'> {
  return {
    group: {
      async add({ path, name, status }) {
        const id = ids.newGroup(path, newId('group'));
        await groups.create(context, { id, spaceId, path, displayName: name ?? null });
        if (status === 'disabled') await groups.disable(context, { id });
      },
      async change({ id }, { name, status }, changed) {
        if (changed.has('name')) await groups.update(context, { id: id!, displayName: name ?? null });
        if (changed.has('status')) await switchTo(groups, context, id!, status);
      },
      remove: ({ id }) => groups.disable(context, { id: id! }),
    },
    user: {
      async add({ key, email, status }) {
        const id = MODEL_IDS.user(key);
        if (email === undefined) throw invalid(['input', 'email'], 'A User that is not there yet needs email.');
        await users.create(context, { id, email });
        if (status === 'disabled') await users.disable(context, { id });
      },
      async change({ id }, { email, status }, changed) {
        if (changed.has('email') && email !== undefined) await users.update(context, { id: id!, email });
        if (changed.has('status')) await switchTo(users, context, id!, status);
      },
    },
    member: {
      async add({ key, name, memberType, externalId, status }) {
        const id = MODEL_IDS.member(key);
        await members.create(context, { id, spaceId, displayName: name, memberType, externalId: externalId ?? null });
        if (status === 'disabled') await members.disable(context, { id });
      },
      async change({ id }, { name, externalId, status }, changed) {
        if (changed.has('name') || changed.has('external_id')) await members.update(context, { id: id!, displayName: name, externalId: changedValue(changed, 'external_id', externalId) });
        if (changed.has('status')) await switchTo(members, context, id!, status);
      },
      remove: ({ id }) => members.disable(context, { id: id! }),
    },
    binding: {
      add: ({ key, member, user, relation, primary, expiresAt }) => userMembers.create(context, {
        id: MODEL_IDS.binding(key), userId: MODEL_IDS.user(user.name), memberId: MODEL_IDS.member(member), relationType: relation, isPrimary: primary, expiresAt: dateOf(expiresAt) ?? null,
      }),
      change: ({ id }, { relation, primary, expiresAt }, changed) =>
        userMembers.update(context, { id: id!, relationType: relation, isPrimary: primary, expiresAt: changedValue(changed, 'expires_at', dateOf(expiresAt)) }),
      remove: ({ id }) => userMembers.revoke(context, { id: id! }),
    },
    assignment: {
      add(assignment) {
        const { member, role, anchor, startsAt, expiresAt, condition } = assignment;
        return memberRoles.create(context, {
          id: MODEL_IDS.assignment(spaceId, assignment), memberId: MODEL_IDS.member(member.name), roleId: ids.role(role.name), scopeAnchorGroupId: anchor === undefined ? null : ids.group(anchor.name),
          startsAt: dateOf(startsAt) ?? null, expiresAt: dateOf(expiresAt) ?? null, condition: condition ?? null,
        });
      },
      change: ({ id }, { startsAt, expiresAt, condition }, changed) => memberRoles.update(context, {
        id: id!, startsAt: changedValue(changed, 'starts_at', dateOf(startsAt)), expiresAt: changedValue(changed, 'expires_at', dateOf(expiresAt)), condition: changedValue(changed, 'condition', condition),
      }),
      remove: ({ id }) => memberRoles.revoke(context, { id: id! }),
    },
  };
}
