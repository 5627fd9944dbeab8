import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import pg from 'pg';

// The list of Members as Apollo Server and plain pg serve it: a session map for the token, and nothing else that Polity does.
// `APOLLO_DEFAULTS=1` leaves Apollo as it comes; otherwise its cache control, which wraps every resolver, is off.

const TYPES = `
  type Query { members(spaceId: ID!, first: Int): MemberConnection }
  type MemberConnection { edges: [MemberEdge!]! pageInfo: PageInfo! totalCount: Int }
  type MemberEdge { cursor: String! node: Member! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Member { id: ID! spaceId: ID! displayName: String! memberType: MemberType! externalId: String status: MemberStatus! version: Int! }
  enum MemberType { HUMAN SERVICE }
  enum MemberStatus { ACTIVE DISABLED }
`;

interface Context {
  readonly userId: string | undefined;
}

interface MemberRow {
  readonly id: string;
  readonly displayName: string;
}

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const pool = new pg.Pool({ connectionString: environment('DATABASE_URL'), max: 10 });
const sessions = new Map([[environment('TOKEN'), { userId: 'user_bench' }]]);

const LIST = `SELECT id, space_id AS "spaceId", display_name AS "displayName", member_type AS "memberType", external_id AS "externalId", status, version
  FROM sys_identity.members WHERE space_id = $1 ORDER BY display_name, id LIMIT $2`;
const COUNT = 'SELECT count(*)::int AS count FROM sys_identity.members WHERE space_id = $1';

async function members(_source: unknown, { spaceId, first }: { spaceId: string; first?: number }, { userId }: Context): Promise<object> {
  if (userId === undefined) throw new Error('not signed in');
  const limit = first ?? 50;
  const { rows } = await pool.query<MemberRow>(LIST, [spaceId, limit + 1]);
  const edges = rows.slice(0, limit).map((node) => ({ node, cursor: Buffer.from(JSON.stringify(['members', node.displayName, node.id])).toString('base64url') }));
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > limit, hasPreviousPage: false, startCursor: edges.at(0)?.cursor, endCursor: edges.at(-1)?.cursor },
    totalCount: async () => (await pool.query<{ count: number }>(COUNT, [spaceId])).rows[0]?.count,
  };
}

const apollo = new ApolloServer<Context>({
  typeDefs: TYPES,
  resolvers: { Query: { members }, MemberType: { HUMAN: 'human', SERVICE: 'service' }, MemberStatus: { ACTIVE: 'active', DISABLED: 'disabled' } },
  plugins: process.env['APOLLO_DEFAULTS'] === '1' ? [] : [ApolloServerPluginCacheControlDisabled()],
  stopOnTerminationSignals: false,
});
const { url } = await startStandaloneServer(apollo, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => ({ userId: sessions.get(req.headers.authorization?.slice('Bearer '.length) ?? '')?.userId }),
});
process.stdout.write(`peer at ${url}\n`);
