import { APP_OWNER, type Model } from '../model.js';
import type { EntryOfKind, Kind } from './change.js';

type Values = Readonly<Record<string, unknown>>;

/** How entries of a kind are compared. */
interface Comparable<Made> {
  /** Equal for what is one and the same in two models. */
  readonly keyOf: (entry: Made) => readonly unknown[];
  /** What people call it. */
  readonly nameOf: (entry: Made) => string;
  /** What of it may differ. */
  readonly valuesOf: (entry: Made) => Values;
  /** Fields that never change once they are stored. */
  readonly fixed?: readonly string[];
  /** Whether it does something: what does nothing need not stand in a file. */
  readonly isInForce: (entry: Made) => boolean;
  /** False when the file does not have what it belongs to: that goes, and it with that. */
  readonly isOwned?: (entry: Made, file: Model) => boolean;
}

const isActive = ({ status }: { readonly status: string }): boolean => status === 'active';
// What belongs to a plugin or a capability is nothing that a file of rules has to have.
const isOwnActive = ({ status, owner }: { readonly status: string; readonly owner: string }): boolean => status === 'active' && owner === APP_OWNER;
const byKey = { keyOf: ({ key }: { readonly key: string }) => [key], nameOf: ({ key }: { readonly key: string }) => key };
const namesOf = (refs: readonly { readonly name: string }[]): string[] => refs.map(({ name }) => name).sort();
const hasType = ({ type }: { readonly type: string }, { types }: Model): boolean => types.has(type);
const hasRole = ({ role }: { readonly role: { readonly key: string } }, { roles }: Model): boolean => roles.has(role.key);
const momentOf = (milliseconds: number | undefined): string | undefined => (milliseconds === undefined ? undefined : new Date(milliseconds).toISOString());

/** How entries are compared, by kind. */
export const COMPARABLE: { readonly [OfKind in Kind]: Comparable<EntryOfKind[OfKind]> } = {
  type: { ...byKey, valuesOf: ({ name, description, status, owner }) => ({ name, description, status, owner }), fixed: ['owner'], isInForce: isOwnActive },
  action: {
    keyOf: ({ type, key }) => [type, key], nameOf: ({ type, key }) => `${type}.${key}`,
    valuesOf: ({ name, description, risk, audit, status }) => ({ name, description, risk, audit, status }), isInForce: isOwnActive, isOwned: hasType,
  },
  mapping: { keyOf: ({ type }) => [type], nameOf: ({ type }) => type, valuesOf: ({ storage, status }) => ({ storage, status }), isInForce: isOwnActive, isOwned: hasType },
  permission: { ...byKey, valuesOf: ({ description, status }) => ({ description, status }), isInForce: isActive },
  role: { ...byKey, valuesOf: ({ name, description, requestable, status }) => ({ name, description, requestable, status }), isInForce: isActive },
  role_permission: { keyOf: ({ role, to }) => [role.key, to.key], nameOf: ({ role, to }) => `${role.key} holds ${to.key}`, valuesOf: () => ({}), isInForce: () => true, isOwned: hasRole },
  inheritance: { keyOf: ({ role, to }) => [role.key, to.key], nameOf: ({ role, to }) => `${role.key} inherits ${to.key}`, valuesOf: () => ({}), isInForce: () => true, isOwned: hasRole },
  separation_rule: {
    keyOf: ({ name, givenId }) => [givenId ?? null, givenId === undefined ? name : null], nameOf: ({ name }) => name,
    valuesOf: ({ name, roles, permissions, atMost, status }) => ({ name, roles: namesOf(roles), permissions: namesOf(permissions), at_most: atMost, status }), isInForce: isActive,
  },
  group: { keyOf: ({ path }) => [path], nameOf: ({ path }) => path, valuesOf: ({ name, status }) => ({ name, status }), isInForce: isActive },
  // Users belong to the instance: that a file does not have one says nothing. Neither does it that has one without an address.
  user: { ...byKey, valuesOf: ({ email, status }) => ({ email, status }), isInForce: () => false },
  member: {
    ...byKey, valuesOf: ({ name, memberType, externalId, status }) => ({ name, type: memberType, external_id: externalId, status }), fixed: ['type'], isInForce: isActive,
  },
  binding: {
    ...byKey, fixed: ['member', 'user'], isInForce: isActive, isOwned: ({ member }, { members }) => members.has(member),
    valuesOf: ({ member, user, relation, primary, expiresAt, status }) => ({ member, user: user.name, relation, primary, expires_at: momentOf(expiresAt), status }),
  },
  assignment: {
    keyOf: ({ member, role, anchor }) => [member.name, role.name, anchor?.name ?? null],
    nameOf: ({ member, role, anchor }) => `${member.name} has ${role.name}${anchor === undefined ? '' : ` at ${anchor.name}`}`,
    valuesOf: ({ startsAt, expiresAt, condition }) => ({ starts_at: momentOf(startsAt), expires_at: momentOf(expiresAt), condition }), isInForce: () => true,
    isOwned: ({ member, role }, { members, roles }) => members.has(member.name) && roles.has(role.name),
  },
};
