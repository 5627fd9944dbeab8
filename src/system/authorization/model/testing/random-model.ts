import fc from 'fast-check';
import { APP_OWNER, type AssignmentEntry, type BindingEntry, type GroupEntry, type MemberEntry, type Model, type PermissionEntry, type Ref, type RoleEntry, type SeparationEntry, type TypeEntry } from '../model.js';
import { ruleOf } from '../check/check-permissions.js';
import { wholeOf } from '../yaml/place.js';

const at = wholeOf('random');
const mostly = <Usual, Other>(usual: Usual, ...others: readonly Other[]): fc.Arbitrary<Usual | Other> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const status = mostly('active' as const, 'disabled' as const);
// Everything that a database may hold in a name: what YAML takes for something else, too.
const name = fc.oneof(
  fc.constantFrom('true', 'null', '~', '007', '1e3', '- x', '# x', 'a: b', '*x', '&x', '!x', '"', "'", '{', '[', '|', '>', '%', '@', '`', ' x', 'x ', 'x\ny', '\tx', '\u0007', '\u2028', '\ufeff', '=', '<<', '__proto__', '2026-01-31', 'yes'),
  fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined, freq: 2 });
const description = maybe(name);
const keysOf = (pattern: RegExp, most: number) => fc.uniqueArray(fc.stringMatching(pattern), { maxLength: most, size: 'max' });
const ruleKeys = (most: number) => keysOf(/^[a-z][a-z0-9_]{0,6}$/, most);
const actionKeys = keysOf(/^[A-Za-z][A-Za-z0-9_-]{0,6}$/, 2);
const nameKeys = (most: number) => keysOf(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}$/, most);
const condition = maybe(fc.constantFrom('resource.metadata.amount < 1000', 'actor.isMachine\n  || action.key == "read"', "request.time < timestamp('2030-01-01T00:00:00Z')", 'resource.id == "x: # y"'));
const clean = <Made extends object>(made: Made): Made => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as Made;
const some = <Value>(values: readonly Value[], most: number): fc.Arbitrary<Value[]> => fc.subarray([...values], { maxLength: Math.min(most, values.length) });
const refs = (names: readonly string[], most: number): fc.Arbitrary<Ref[]> => fc.oneof(some(names, most), fc.constant(names.slice(0, most))).map((picked) => picked.map((picking) => ({ name: picking, at })));
const mapOf = <Made>(keys: readonly string[], of: (key: string) => fc.Arbitrary<Made>): fc.Arbitrary<Map<string, Made>> =>
  (keys.length === 0 ? fc.constant([]) : fc.tuple(...keys.map(of))).map((made) => new Map(keys.map((key, position) => [key, made[position]!])));

function typeOf(key: string): fc.Arbitrary<TypeEntry> {
  return fc.record({
    key: fc.constant(key), at: fc.constant(at), name, description, status, owner: fc.constant(APP_OWNER),
    mapping: fc.option(fc.record({ at: fc.constant(at), storage: mostly('internal_table' as const, 'plugin_managed' as const), status }), { nil: undefined, freq: 12 }),
    actions: actionKeys.chain((keys) => mapOf(keys, (action) => fc.record({
      key: fc.constant(action), at: fc.constant(at), name, description, risk: fc.constantFrom('low' as const, 'normal' as const, 'high' as const, 'critical' as const), audit: fc.boolean(), status,
    }).map(clean))),
  }).map(clean);
}

function permissionOf(key: string, types: ReadonlyMap<string, TypeEntry>): fc.Arbitrary<PermissionEntry> {
  const pairs = [...types.values()].flatMap(({ key: type, actions }) => [...actions.keys()].map((action) => ({ type, action, unregistered: false })));
  const pair = fc.constantFrom(...pairs, ...pairs, ...pairs, { type: 'nowhere', action: 'gone', unregistered: true });
  return fc.tuple(pair, fc.record({
    key: fc.constant(key), at: fc.constant(at), scope: fc.constantFrom('self' as const, 'group' as const, 'group_tree' as const, 'group_tree' as const, 'space' as const, 'space' as const, 'global' as const),
    effect: mostly('allow' as const, 'deny' as const), condition, description, status,
  })).map(([registered, made]) => clean({ ...made, ...registered, ...(made.scope === 'global' ? { status: 'disabled' as const } : {}) }));
}

// A Role inherits only what stands before it, so that there are no circles.
function roleOf(key: string, before: readonly string[], permissions: readonly string[]): fc.Arbitrary<RoleEntry> {
  return fc.record({
    key: fc.constant(key), at: fc.constant(at), name, description, requestable: fc.boolean(), status, permissions: refs(permissions, 5), inherits: refs(before, 2),
  }).map(clean);
}

function separationOf(roles: readonly string[], permissions: readonly string[]): fc.Arbitrary<SeparationEntry[]> {
  const ofKind = (names: readonly string[], field: 'roles' | 'permissions') => names.length < 2 ? fc.constant([]) : fc.array(fc.record({
    at: fc.constant(at), name, status, picked: fc.subarray([...names], { minLength: 2 }), less: fc.nat(),
  }).map(({ picked, less, ...rest }): SeparationEntry => ({ ...rest, roles: [], permissions: [], [field]: picked.map((picking) => ({ name: picking, at })), atMost: 1 + (less % (picked.length - 1)) })), { maxLength: 2 });
  return fc.tuple(ofKind(roles, 'roles'), ofKind(permissions, 'permissions')).map(([one, other]) => uniqueBy([...one, ...other], (rule) => rule.name));
}

function uniqueBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

/** Rules as they come: everything that a database would take. */
export const randomRules: fc.Arbitrary<Model> = fc.record({ types: ruleKeys(2), permissions: nameKeys(8), roles: ruleKeys(5) }).chain((keys) =>
  mapOf(keys.types, typeOf).chain((types) =>
    mapOf(keys.permissions, (key) => permissionOf(key, types)).chain((all) => {
      const permissions = new Map(uniqueBy([...all], ([, permission]) => ruleOf(permission)));
      const names = [...permissions.keys()];
      return fc.record({
        types: fc.constant(types), permissions: fc.constant(permissions),
        roles: mapOf(keys.roles, (key) => roleOf(key, keys.roles.slice(0, keys.roles.indexOf(key)), names)),
        separation: separationOf(keys.roles, names),
        groups: fc.constant(new Map()), users: fc.constant(new Map()), members: fc.constant(new Map()), assignments: fc.constant([]), resources: fc.constant(new Map()),
      }) as fc.Arbitrary<Model>;
    })));

function groupsOf(keys: readonly string[]): fc.Arbitrary<Map<string, GroupEntry>> {
  const paths = keys.flatMap((key, position) => [key, ...(position % 2 === 0 ? [`${key}.below`, `${key}.below.more`] : [])]);
  return mapOf(paths, (path) => fc.record({ path: fc.constant(path), at: fc.constant(at), name: maybe(name), status }).map(clean));
}

function memberOf(key: string, users: readonly string[]): fc.Arbitrary<MemberEntry> {
  const binding = (number: number): fc.Arbitrary<BindingEntry> => fc.record({
    key: fc.constant(number === 0 ? key : `${key}.${number}`), at: fc.constant(at), user: fc.constantFrom(...users).map((user) => ({ name: user, at })),
    relation: fc.constantFrom('login' as const, 'login' as const, 'delegate' as const), primary: fc.boolean(), status: mostly('active' as const, 'revoked' as const), expiresAt: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined, freq: 1 }),
  }).map(clean);
  const bindings = users.length === 0 ? fc.constant([]) : fc.oneof(fc.constant([]), binding(0).map((one) => [one]), binding(0).map((one) => [one]), fc.tuple(binding(0), binding(1)));
  return fc.record({
    key: fc.constant(key), at: fc.constant(at), name, memberType: fc.constantFrom('human' as const, 'service' as const), externalId: maybe(fc.constant(`x-${key}`)), status,
    bindings: (bindings as fc.Arbitrary<BindingEntry[]>).map((made) => new Map(made.map((one) => [one.key, one]))),
  }).map(clean);
}

/** Rules with data of every kind. */
export const randomModel: fc.Arbitrary<Model> = fc.tuple(randomRules, fc.record({ groups: ruleKeys(3), users: nameKeys(3), members: nameKeys(4), resources: ruleKeys(5) })).chain(([rules, keys]) =>
  fc.record({
    groups: groupsOf(keys.groups),
    users: mapOf(keys.users, (key) => fc.record({ key: fc.constant(key), at: fc.constant(at), email: maybe(fc.constant(`${key.toLowerCase()}.${key.length}${keys.users.indexOf(key)}@example.org`)), status }).map(clean)),
    members: mapOf(keys.members, (key) => memberOf(key, keys.users)),
  }).chain(({ groups, users, members }) => {
    const pickRef = (names: readonly string[]): fc.Arbitrary<Ref | undefined> => (names.length === 0 ? fc.constant(undefined) : maybe(fc.constantFrom(...names).map((picked) => ({ name: picked, at }))));
    const assignment = fc.record({ at: fc.constant(at), member: pickRef([...members.keys()]), role: pickRef([...rules.roles.keys()]), anchor: pickRef([...groups.keys()]), startsAt: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined, freq: 1 }), length: fc.option(fc.integer({ min: 1, max: 4e12 }), { nil: undefined, freq: 1 }), condition: fc.option(fc.constantFrom('request.context == {}', 'resource.id != actor.memberId'), { nil: undefined, freq: 1 }) })
      .map(({ length, ...made }) => clean({ ...made, expiresAt: length === undefined ? undefined : (made.startsAt ?? 1e12) + length }) as AssignmentEntry);
    const types = [...rules.types.keys()];
    return fc.record({
      assignments: fc.array(assignment, { maxLength: 12, size: 'max' }).map((made) => uniqueBy(made.filter((one) => one.member !== undefined && one.role !== undefined), (one) => JSON.stringify([one.member.name, one.role.name, one.anchor?.name]))),
      resources: types.length === 0 ? fc.constant(new Map()) : mapOf(keys.resources.map((key) => `thing_${key}`), (key) => fc.record({
        key: fc.constant(key), at: fc.constant(at), type: fc.constantFrom(...types).map((type) => ({ name: type, at })), externalId: maybe(fc.constant(`ext ${key}`)), group: pickRef([...groups.keys()]),
        owner: pickRef([...members.keys()]), visibility: fc.constantFrom('private' as const, 'group' as const), status: mostly('active' as const, 'archived' as const),
        metadata: maybe(fc.dictionary(name, fc.oneof(name, fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 2 })), { minKeys: 1, maxKeys: 3 }))
          .map((value) => (value === undefined || Object.keys(value).some((field) => field === '<<') ? undefined : value)),
      }).map((made) => clean(made))),
    }).map((data) => ({ ...rules, groups, users, members, space: { at, key: 'here', status: 'active' as const }, ...data }) as Model);
  }));
