import { loadSettings } from '../../../src/config/index.js';
import { startPolity } from '../../../src/boot/polity-server.js';
import type { SchemaFragment } from '../../../src/graphql/index.js';
import type { GraphqlAnswer } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';

/** Names of the guarded resolvers that ran. */
const ran: string[] = [];
const runs = (name: string) => (): string => {
  ran.push(name);
  return name;
};

const fragment: SchemaFragment = {
  name: 'fixture',
  typeDefs: /* GraphQL */ `
    extend type Query {
      fixtureOpen: String @public
      fixtureMe: String @authenticated
      fixtureKeyed: String @requiresScopes(scopes: [["users:read"]])
      fixtureRuled: String @policy(policies: [["interactive_session"]])
      fixtureCan(id: ID!): String @can(action: "approve", resource: "invoice", id: "args.id")
      fixtureThing: FixtureThing @public
    }
    extend type Mutation { fixtureChange: String @requiresScopes(scopes: [["users:update"]]) }
    extend type User { fixtureNote: String @requiresScopes(scopes: [["users:read"]]) }
    type FixtureThing { label: String secret: String @authenticated }
  `,
  resolvers: {
    Query: {
      fixtureOpen: () => 'open', fixtureMe: runs('me'), fixtureKeyed: runs('keyed'), fixtureRuled: runs('ruled'), fixtureCan: runs('can'),
      fixtureThing: () => ({ label: 'thing', secret: runs('secret') }),
    },
    Mutation: { fixtureChange: runs('change') },
    User: { fixtureNote: runs('note') },
  },
};

const DOCUMENT = '{ fixtureOpen fixtureMe fixtureKeyed fixtureRuled fixtureCan(id: "none") fixtureThing { label secret } }';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ fragments: [fragment] });
});
afterAll(() => server.stop());
beforeEach(() => void ran.splice(0));

const denied = ({ errors = [] }: GraphqlAnswer<unknown>): string[] =>
  errors.filter(({ extensions }) => extensions.code === 'UNAUTHORIZED_FIELD_OR_TYPE').map(({ path }) => path?.join('.') ?? '').toSorted();

test('guards keep an anonymous caller out of a fragment, and no guarded resolver runs', async () => {
  const answer = await server.anonymous.send(DOCUMENT);
  expect(answer.data).toEqual({ fixtureOpen: 'open', fixtureMe: null, fixtureKeyed: null, fixtureRuled: null, fixtureCan: null, fixtureThing: { label: 'thing', secret: null } });
  expect(denied(answer)).toEqual(['fixtureCan', 'fixtureKeyed', 'fixtureMe', 'fixtureRuled', 'fixtureThing.secret']);
  expect(denied(await server.anonymous.send('mutation { fixtureChange }'))).toEqual(['fixtureChange']);
  expect(ran).toEqual([]);
});

test('a caller with the rights gets what they open, and the engine is asked for the rest', async () => {
  const answer = await server.admin.send(`${DOCUMENT.slice(0, -1)} user(id: "${server.adminUserId}") { fixtureNote } }`);
  expect(answer.data).toEqual({
    fixtureOpen: 'open', fixtureMe: 'me', fixtureKeyed: 'keyed', fixtureRuled: 'ruled', fixtureCan: null, fixtureThing: { label: 'thing', secret: 'secret' }, user: { fixtureNote: 'note' },
  });
  expect(denied(answer)).toEqual(['fixtureCan']);
  expect(await server.admin.data('mutation { fixtureChange }')).toEqual({ fixtureChange: 'change' });
  expect(ran).not.toContain('can');
});

test('a fragment that does not fit ends the start before anything is opened', async () => {
  const settings = loadSettings({ ...server.environment, DATABASE_URL: 'postgres://127.0.0.1:1/nowhere', POLITY_MIGRATE_DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' });
  const wrong = { name: 'wrong', typeDefs: 'extend type Query { me: String @public }', resolvers: { Query: { me: () => 'taken' } } };
  await expect(startPolity(settings, { fragments: [fragment, wrong] })).rejects.toMatchObject({
    code: 'CAPABILITY_INVALID', details: { problems: [{ fragment: 'wrong', coordinate: 'Query.me', message: 'exists in the core schema' }] },
  });
});

test('the schema of a process without fragments knows nothing of them', async () => {
  const other = await startTestServer();
  try {
    const { errors } = await other.admin.send('{ fixtureOpen }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  } finally {
    await other.stop();
  }
});
