import type { GraphqlCaller } from '../../../support/graphql-caller.js';

/** A Permission of a model. */
export interface ModelPermission {
  readonly type: string;
  readonly action: string;
  readonly scope?: 'self' | 'group' | 'group_tree' | 'space';
  readonly condition?: string;
}

/** Everything that the requests of one fixture are decided over, in a Space of its own. */
export interface Model {
  /** Part of every id, so that models stand beside each other. */
  readonly space: string;
  /** Actions by resource type. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** External ids of Members, each with a User. */
  readonly people: readonly string[];
  /** External ids of service Members. */
  readonly services?: readonly string[];
  readonly groups?: readonly string[];
  readonly roles: Readonly<Record<string, readonly ModelPermission[]>>;
  readonly assignments: readonly { readonly person: string; readonly role: string; readonly group?: string; readonly condition?: string }[];
  readonly resources: readonly {
    readonly type: string;
    /** External id. */
    readonly id: string;
    readonly owner?: string;
    readonly group?: string;
    readonly metadata?: object;
  }[];
}

/** What a model became. */
export interface LoadedModel {
  readonly spaceId: string;
  /** Secret of an API key of the Space that may ask. */
  readonly apiKey: string;
  /** Id of the Member behind an external id. */
  memberId(name: string): string;
  /** Id of the User bound to that Member. */
  userId(name: string): string;
}

/** Loads a model through the public API: the registry and resources by mutations, everything else by the import of facts. */
export async function loadModel(admin: GraphqlCaller, model: Model): Promise<LoadedModel> {
  const spaceId = `space_${model.space}`;
  const place = (kind: string, names: readonly string[]) => (name: string): string => `${kind}_${model.space}_${names.indexOf(name)}`;
  const everybody = [...model.people, ...(model.services ?? [])];
  const memberId = place('member', everybody);
  const userId = place('user', everybody);
  const groupId = place('group', model.groups ?? []);
  await admin.mutate('createSpace', { id: spaceId, name: model.space }, 'space { id }');
  await loadRegistry(admin, model.types);
  await admin.mutate('importFacts', { spaceId, jsonl: factsOf(model, memberId, userId, groupId).map((fact) => JSON.stringify(fact)).join('\n') }, 'created');
  for (const { type, id, owner, group, metadata } of model.resources) {
    await admin.mutate('createResource', {
      spaceId, resourceType: type, externalId: id, ...(owner === undefined ? {} : { ownerMemberId: memberId(owner) }),
      ...(group === undefined ? {} : { groupId: groupId(group) }), ...(metadata === undefined ? {} : { metadata }),
    }, 'resource { id }');
  }
  const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: model.space, level: 'SPACE', spaceId, permissionKeys: ['authz:check'] }, 'secret');
  return { spaceId, apiKey: secret, memberId, userId };
}

// Models share types: what is there already is as good as made.
async function loadRegistry(admin: GraphqlCaller, types: Model['types']): Promise<void> {
  for (const [type, actions] of Object.entries(types)) {
    await admin.tryMutate('createResourceType', { key: type, displayName: type }, 'resourceType { id }');
    for (const key of actions) await admin.tryMutate('createResourceAction', { resourceType: type, key, displayName: key }, 'resourceAction { id }');
    await admin.mutate('setResourceMapping', { resourceType: type }, 'resourceMapping { id }');
  }
}

type Name = (name: string) => string;

function factsOf({ space, people, services = [], groups = [], roles, assignments }: Model, memberId: Name, userId: Name, groupId: Name): object[] {
  const roleKeys = Object.keys(roles);
  const roleId = (key: string): string => `role_${space}_${roleKeys.indexOf(key)}`;
  const permissions = distinctPermissions(Object.values(roles).flat());
  const permissionId = (permission: ModelPermission): string => `perm_${space}_${permissions.findIndex((other) => keyOf(other) === keyOf(permission))}`;
  return [
    ...people.map((name) => ({ kind: 'user', id: userId(name), email: `${userId(name)}@example.com` })),
    ...permissions.map((permission) => ({
      kind: 'permission', id: permissionId(permission), resourceType: permission.type, action: permission.action, scope: permission.scope ?? 'space',
      // One rule is there once over the instance: that of each model says whose it is.
      condition: permission.condition === undefined ? `actor.spaceId == 'space_${space}'` : `actor.spaceId == 'space_${space}' && (${permission.condition})`,
    })),
    ...groups.map((name) => ({ kind: 'group', id: groupId(name), path: name })),
    ...people.map((name) => ({ kind: 'member', id: memberId(name), displayName: name, externalId: name })),
    ...services.map((name) => ({ kind: 'member', id: memberId(name), displayName: name, externalId: name, memberType: 'service' })),
    ...roleKeys.map((key) => ({ kind: 'role', id: roleId(key), key, name: key })),
    ...people.map((name) => ({ kind: 'user_member', id: memberId(name).replace('member', 'um'), userId: userId(name), memberId: memberId(name), isPrimary: true })),
    ...Object.entries(roles).flatMap(([key, held]) => held.map((permission) => ({ kind: 'role_permission', roleId: roleId(key), permissionId: permissionId(permission) }))),
    ...assignments.map(({ person, role, group, condition }) => ({
      kind: 'member_role', memberId: memberId(person), roleId: roleId(role), ...(group === undefined ? {} : { scopeAnchorGroupId: groupId(group) }),
      ...(condition === undefined ? {} : { condition }),
    })),
  ];
}

function keyOf({ type, action, scope = 'space', condition = '' }: ModelPermission): string {
  return JSON.stringify([type, action, scope, condition]);
}

function distinctPermissions(permissions: readonly ModelPermission[]): ModelPermission[] {
  return [...new Map(permissions.map((permission) => [keyOf(permission), permission])).values()];
}
