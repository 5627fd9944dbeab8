import { readdir, readFile } from 'node:fs/promises';
import { getDirective } from '@graphql-tools/utils';
import { getNamedType, isEnumType, isInputObjectType, isInterfaceType, isNonNullType, isObjectType, type GraphQLSchema } from 'graphql';
import { builtInSchema } from '../../../src/boot/built-in-schema.js';
import { builtInNodes, createCapabilities } from '../../../src/boot/capabilities.js';
import { Requirements, type Clause, type Requirement } from '../../../src/graphql/index.js';
import { AUDIT_EVENTS_EXTENSION } from '../../../src/system/shared/resolvers/index.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { allFields, described, isConnection, isListOfObjects, ownTypes, rootFields, type PlacedField } from './support/schema-parts.js';
import { createTenant, TENANT_SETTINGS, type Tenant } from './support/tenant.js';

let schema: GraphQLSchema;
let requirements: Requirements;

beforeAll(async () => {
  schema = (await builtInSchema()).raw;
  requirements = new Requirements(schema);
});

const manifests = createCapabilities().map(({ manifest }) => manifest);
const registered = {
  permissions: new Set(manifests.flatMap(({ provides }) => (provides.permissions ?? []).map(({ key }) => key))),
  policies: new Set(manifests.flatMap(({ provides }) => (provides.policies ?? []).map(({ name }) => name))),
  auditEventTypes: new Set(manifests.flatMap(({ provides }) => (provides.auditEventTypes ?? []).map(({ key }) => key))),
};

/** Coordinates that break a rule: a failing test names them all. */
const offenders = (fields: readonly PlacedField[], breaks: (field: PlacedField) => boolean): string[] => fields.filter(breaks).map(({ coordinate }) => coordinate);
const mutations = (): PlacedField[] => rootFields(schema).filter(({ parent }) => parent === 'Mutation');
const objectOf = ({ parent }: PlacedField) => schema.getType(parent) as ReturnType<GraphQLSchema['getQueryType']> & object;
const requirementOf = (placed: PlacedField): Requirement => requirements.ofField(objectOf(placed), placed.field);
const isPublic = ({ field }: PlacedField): boolean => getDirective(schema, field, 'public') !== undefined;
const objectFields = (): PlacedField[] => allFields(schema).filter(({ parent }) => isObjectType(schema.getType(parent)));

describe('guards', () => {
  test('each root field is guarded or explicitly public, never both', () => {
    expect(rootFields(schema).length).toBeGreaterThan(120);
    expect(offenders(rootFields(schema), (field) => requirementOf(field).length === 0 && !isPublic(field))).toEqual([]);
    expect(offenders(rootFields(schema), (field) => requirementOf(field).length > 0 && isPublic(field))).toEqual([]);
  });

  test('only ways in without an account are public, and what /version says anyway', () => {
    expect(rootFields(schema).filter(isPublic).map(({ coordinate }) => coordinate).toSorted()).toEqual([
      'Mutation.bootstrapSuperAdmin', 'Mutation.redeemInvitation', 'Mutation.redeemRecoveryLink', 'Mutation.refreshSession', 'Mutation.register', 'Mutation.signIn', 'Query.version',
    ]);
  });

  // What a type needs, whoever leads to it has been asked for already: only what a field adds to its own type can be denied alone.
  test('each guarded field is nullable, so that a denial takes nothing else along', () => {
    const added = (field: PlacedField): Clause[] => {
      const ofType = requirementsOfType(objectOf(field));
      return requirementOf(field).filter((clause) => !ofType.includes(clause));
    };
    expect(objectFields().filter((field) => added(field).length > 0).length).toBeGreaterThan(120);
    expect(offenders(objectFields(), (field) => added(field).length > 0 && isNonNullType(field.field.type))).toEqual([]);
  });

  // An interface field needs the AND over all that can come back: node(id:) { id } must not need the rights of some other type.
  test('the fields of an interface need no more on one of its types than on another', () => {
    const interfaces = ownTypes(schema).filter(isInterfaceType);
    expect(interfaces.map(({ name }) => name)).toEqual(['Node']);
    for (const type of interfaces) {
      for (const name of Object.keys(type.getFields())) {
        const needs = schema.getPossibleTypes(type).map((possible) => requirements.ofField(possible, possible.getFields()[name] as PlacedField['field']));
        expect([`${type.name}.${name}`, new Set(needs.map((need) => JSON.stringify(need))).size]).toEqual([`${type.name}.${name}`, 1]);
      }
    }
  });

  test('every permission key that a guard names is registered', () => {
    const named = clauses().flatMap((clause) => (clause.kind === 'scopes' ? clause.anyOf.flat() : []));
    expect([...new Set(named)].filter((key) => !registered.permissions.has(key))).toEqual([]);
  });

  test('every policy that a guard names is registered, and every registered one is used', () => {
    const named = new Set(clauses().flatMap((clause) => (clause.kind === 'policies' ? clause.anyOf.flat() : [])));
    expect([...named].toSorted()).toEqual([...registered.policies].toSorted());
    expect(named.size).toBeGreaterThan(0);
  });

  test('every registered permission key is asked for somewhere, and every key that is asked for is registered', async () => {
    const asked = new Set<string>();
    // Neither a module of Node.js nor the key of the server as a caller.
    for (const source of await sourcesThatAsk()) for (const [, key] of source.matchAll(/'((?!node:|system:)[a-z_]+:[a-z_]+)'/g)) asked.add(key as string);
    expect([...registered.permissions].filter((key) => !asked.has(key))).toEqual([]);
    expect([...asked].filter((key) => !registered.permissions.has(key))).toEqual([]);
  });

  function clauses(): Clause[] {
    return objectFields().flatMap((field) => [...requirementOf(field)]);
  }

  function requirementsOfType(type: ReturnType<typeof objectOf>): Clause[] {
    const needs = Object.values(type.getFields()).map((field) => requirements.ofField(type, field));
    return (needs[0] ?? []).filter((clause) => needs.every((need) => need.includes(clause)) && getDirective(schema, type, directiveOf(clause)) !== undefined);
  }
});

describe('words', () => {
  test('every type, field, argument, enum value, input field and directive is described', () => {
    expect(described(schema).length).toBeGreaterThan(1_000);
    expect(described(schema).filter(({ description }) => description.trim().length < 3).map(({ coordinate }) => coordinate)).toEqual([]);
  });

  test('enum values are SCREAMING_CASE', () => {
    const values = ownTypes(schema).filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => `${type.name}.${name}`));
    expect(values.length).toBeGreaterThan(100);
    expect(values.filter((value) => !/^\w+\.[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(value))).toEqual([]);
  });

  test('types are PascalCase, fields and arguments camelCase', () => {
    expect(ownTypes(schema).map(({ name }) => name).filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    const names = described(schema).map(({ coordinate }) => coordinate).flatMap((coordinate) => /\.([^.(]+)(?:\((\w+):\))?$/.exec(coordinate)?.slice(1) ?? []).filter(Boolean);
    expect(names.filter((name) => !/^([a-z][A-Za-z0-9]*|[A-Z0-9_]+)$/.test(name))).toEqual([]);
  });
});

describe('mutations', () => {
  test('take exactly one argument, an input object named input', () => {
    const shape = ({ field }: PlacedField): boolean => field.args.length === 1 && field.args[0]?.name === 'input' && isInputObjectType(getNamedType(field.args[0].type));
    expect(offenders(mutations(), (field) => !shape(field))).toEqual([]);
    // Without an argument at all only where there is nothing to say.
    expect(offenders(mutations(), ({ field }) => !isNonNullType(field.args[0]?.type))).toEqual(['Mutation.signOut']);
  });

  /** Mutations that need no idempotency key, because what they take works once, or because nothing changes. */
  const ONCE_BY_NATURE = {
    'Mutation.bootstrapSuperAdmin': 'closed as soon as there is an administrator', 'Mutation.changePassword': 'the current password is another one afterwards',
    'Mutation.exportSpace': 'reads', 'Mutation.redeemInvitation': 'the token works once', 'Mutation.redeemRecoveryLink': 'the token works once',
    'Mutation.refreshSession': 'a token sent again by its client gets the same successor', 'Mutation.register': 'the address is taken afterwards',
    'Mutation.signIn': 'nobody is known yet whose key it could be',
  };

  test('take an idempotency key, unless they act once by nature', () => {
    const takesKey = ({ field }: PlacedField): boolean => {
      const input = getNamedType(field.args[0]?.type);
      return isInputObjectType(input) && String(input.getFields()['idempotencyKey']?.type) === 'String';
    };
    expect(offenders(mutations(), (field) => !takesKey(field)).toSorted()).toEqual(Object.keys(ONCE_BY_NATURE));
  });

  test('answer with a payload of their own, whose fields are nullable beside errors', () => {
    expect(offenders(mutations(), ({ field }) => {
      const payload = getNamedType(field.type);
      const { errors, ...rest } = isObjectType(payload) ? payload.getFields() : {};
      return payload.name.toLowerCase() !== `${field.name}payload`.toLowerCase() || String(errors?.type) !== '[UserError!]!' || Object.values(rest).some(({ type }) => isNonNullType(type));
    })).toEqual([]);
  });

  test('name their audit events, which are registered', () => {
    const named = ({ field }: PlacedField): readonly string[] => (field.extensions[AUDIT_EVENTS_EXTENSION] ?? []) as readonly string[];
    expect(offenders(mutations(), (field) => named(field).length === 0)).toEqual([]);
    expect(mutations().flatMap((field) => named(field).filter((type) => !registered.auditEventTypes.has(type)).map((type) => `${field.coordinate}: ${type}`))).toEqual([]);
  });
});

describe('lists', () => {
  /** Lists of objects that are no connections, because something else bounds them. */
  const BOUNDED: Readonly<Record<string, string>> = {
    'Query.capabilities': 'as many as capabilities are built in',
    'Query.controlPlanePermissions': 'as many as capabilities register',
    'Query.auditEventTypes': 'as many as capabilities register',
    'Query.checkMany': 'one answer for each question, of which a call has at most 1,000',
    'DecisionTrace.matchedCandidates': 'candidates of one decision of one Member',
    'Explanation.matchedCandidates': 'candidates of one decision of one Member',
    'TraceCandidate.inheritedRoles': 'Roles of one chain of inheritance, at most 16',
    'SuggestedGrants.grants': 'as many as are asked for, at most 50',
    'SuggestedGrant.gained': 'at most 20, with the number of all',
    'Me.grants': 'rights of the caller itself',
    'Me.permissions': 'as many as capabilities register',
    'Me.warnings': 'as many as the code knows',
  };

  test('of objects are connections, or bounded by construction', () => {
    const lists = objectFields().filter(isListOfObjects).filter(({ parent, field }) => !(field.name === 'errors' && parent.endsWith('Payload')) && !(field.name === 'edges' && isConnection(schema.getType(parent) as never)));
    expect(lists.map(({ coordinate }) => coordinate).toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
  });

  test('that are connections take first, after, last and before', () => {
    const connections = objectFields().filter(({ field }) => isConnection(getNamedType(field.type)));
    expect(connections.length).toBeGreaterThan(20);
    const paging = ({ field }: PlacedField): string => ['first', 'after', 'last', 'before'].map((name) => String(field.args.find((argument) => argument.name === name)?.type)).join();
    expect(offenders(connections, (field) => paging(field) !== 'Int,String,Int,String')).toEqual([]);
    const named = ownTypes(schema).filter(({ name }) => name.endsWith('Connection'));
    expect(named.filter((type) => !isConnection(type)).map(({ name }) => name)).toEqual([]);
  });
});

describe('costs', () => {
  type Sized = { readonly assumedSize?: number; readonly slicingArguments?: readonly string[]; readonly sizedFields?: readonly string[] } | undefined;
  const sizeOf = ({ field }: PlacedField): Sized => getDirective(schema, field, 'listSize')?.[0] as Sized;

  test('each list of objects says how many they are, itself or through every field that leads to it', () => {
    const sizedFromAbove = ({ parent, field }: PlacedField): boolean => {
      const leading = objectFields().filter((from) => getNamedType(from.field.type).name === parent);
      return leading.length > 0 && leading.every((from) => sizeOf(from)?.sizedFields?.includes(field.name) === true);
    };
    const lists = objectFields().filter(isListOfObjects);
    expect(lists.length).toBeGreaterThan(100);
    expect(offenders(lists, (field) => sizeOf(field) === undefined && !sizedFromAbove(field))).toEqual([]);
  });

  test('each connection is sized by first and last, else as a page is', () => {
    const connections = objectFields().filter(({ field }) => isConnection(getNamedType(field.type)));
    const page = { assumedSize: 50, slicingArguments: ['first', 'last'], sizedFields: ['edges'], requireOneSlicingArgument: false };
    expect(connections.filter((field) => JSON.stringify(sizeOf(field)) !== JSON.stringify(page)).map(({ coordinate }) => coordinate)).toEqual([]);
  });

  test('nothing that walks facts of a whole Space is priced like a row', () => {
    const weights = Object.fromEntries(rootFields(schema).flatMap(({ coordinate, field }) => {
      const weight = getDirective(schema, field, 'cost')?.[0]?.['weight'] as number | undefined;
      return weight === undefined ? [] : [[coordinate, weight]];
    }));
    expect(weights).toEqual({
      'Mutation.closeAccessReview': 1_000, 'Mutation.createAccessReview': 1_000, 'Mutation.exportSpace': 1_000, 'Mutation.importFacts': 2_000,
      'Query.accessDiff': 500, 'Query.check': 5, 'Query.checkMany': 2, 'Query.explain': 10, 'Query.listActions': 100, 'Query.listActors': 100, 'Query.listResources': 100,
      'Query.separationViolations': 500, 'Query.simulateChange': 2_000, 'Query.suggestGrants': 2_000, 'Query.unusedGrants': 500,
    });
  });
});

describe('ownership', () => {
  test('every root field is declared by exactly one manifest', () => {
    const declared = manifests.flatMap(({ provides: { graphql = {} } }) => [
      ...(graphql.queries ?? []).map((name) => `Query.${name}`), ...(graphql.mutations ?? []).map((name) => `Mutation.${name}`), ...(graphql.subscriptions ?? []).map((name) => `Subscription.${name}`),
    ]);
    // `node` belongs to the composition: it goes to the sources of all capabilities. So does `version`.
    expect([...declared, 'Query.node', 'Query.version'].toSorted()).toEqual(rootFields(schema).map(({ coordinate }) => coordinate).toSorted());
  });

  test('every type that a manifest declares is in the schema, once', () => {
    const declared = manifests.flatMap(({ provides: { graphql = {} } }) => [...(graphql.types ?? [])]);
    expect(declared.filter((name) => schema.getType(name) === undefined)).toEqual([]);
    expect(new Set(declared).size).toBe(declared.length);
  });
});

describe('node', () => {
  let server: TestServer;
  let tenant: Tenant;

  beforeAll(async () => {
    server = await startTestServer({ environment: TENANT_SETTINGS });
    tenant = await createTenant(server, 'acme');
  });
  afterAll(() => server.stop());

  const nodeTypes = (): string[] => schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name).toSorted();
  const ids = (): Record<string, string> => ({
    User: tenant.userId, Space: tenant.spaceId, Group: tenant.childGroupId, Member: tenant.memberId, UserMember: tenant.userMemberId, Session: tenant.sessionId,
    Role: tenant.roleId, Permission: tenant.permissionId, RolePermission: tenant.rolePermissionId, MemberRole: tenant.memberRoleId,
    RoleInheritance: tenant.roleInheritanceId, SeparationRule: tenant.separationRuleId, AccessRequest: tenant.accessRequestId, AccessReview: tenant.accessReviewId,
    AccessReviewItem: tenant.accessReviewItemId,
    ResourceType: tenant.resourceTypeId, ResourceAction: tenant.actionId, ResourceMapping: tenant.mappingId, Resource: tenant.resourceId,
    AdminGrant: tenant.adminGrantId, ApiKey: tenant.apiKeyId, AuditEvent: tenant.auditEventId,
  });

  test('has one source for each type that is a Node, and no other', () => {
    expect(builtInNodes.map(({ type }) => type as string).toSorted()).toEqual(nodeTypes());
  });

  test('finds an object of each type by its id', async () => {
    expect(Object.keys(ids()).toSorted()).toEqual(nodeTypes());
    const found: Record<string, unknown> = {};
    for (const [type, id] of Object.entries(ids())) found[type] = (await server.admin.data<{ node: unknown }>('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).node;
    expect(found).toEqual(Object.fromEntries(Object.entries(ids()).map(([type, id]) => [type, { __typename: type, id }])));
  });

  test('gives null for what is absent and for what is not for the caller alike, of each type', async () => {
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    const stranger = await createTenant(server, 'globex');
    for (const [type, id] of Object.entries(ids())) {
      const foreign = await stranger.user.send(query, { id });
      const absent = await stranger.user.send(query, { id: `${id.slice(0, id.indexOf('_') + 1)}nowhere` });
      expect([type, foreign.data, foreign.errors]).toEqual([type, { node: null }, undefined]);
      expect([type, absent.data, absent.errors]).toEqual([type, { node: null }, undefined]);
    }
  });
});

function directiveOf({ kind }: Clause): string {
  return { authenticated: 'authenticated', scopes: 'requiresScopes', policies: 'policy', can: 'can' }[kind];
}

/** Texts of the capabilities' sources, without what only declares keys. */
async function sourcesThatAsk(): Promise<string[]> {
  const folders = ['system/', 'graphql/'].map((folder) => new URL(`../../../src/${folder}`, import.meta.url));
  const sources = await Promise.all(folders.map(async (root) => {
    const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.ts') && !/\.test\.ts$|manifest\.ts$|declarations\.ts$|(^|\/)testing\//.test(file));
    return Promise.all(files.map((file) => readFile(new URL(file, root), 'utf8')));
  }));
  return sources.flat();
}
