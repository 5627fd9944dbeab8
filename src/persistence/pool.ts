import pg from 'pg';

const INT8 = 20;

/** How a pool of connections is made. */
export interface PoolOptions {
  /** `postgres://…` URL; for the embedded database the host is its socket folder. */
  readonly url: string;
  /** Most connections at once. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Longest run of one statement, in milliseconds. */
  readonly statementTimeoutMs: number;
  /** Called for errors of idle connections: without a listener the process would die with the database. */
  readonly onError: (error: Error) => void;
}

/**
 * A pool of connections. `bigint` comes back as a number (our sequences and revisions stay far below 2^53).
 *
 * A login that may become `polity_app` does so on connect, so that one `DATABASE_URL` of an owner still runs under the role
 * that owns nothing; `doctor` says that such a login could step back.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeoutMs,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: false,
    types,
    // Awaited by the pool, whatever its types say: no connection is handed out under another role.
    onConnect: takeServerRole as (client: pg.ClientBase) => void,
  });
  pool.on('error', options.onError);
  pool.on('connect', (client) => client.on('error', options.onError));
  const inUse = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  connectionsInUse.set(pool, inUse);
  return pool;
}

const connectionsInUse = new WeakMap<pg.Pool, ReadonlySet<pg.PoolClient>>();

/** Ends the connections of a pool that are in use: what runs on them fails now, and its transactions are rolled back. */
export function cutOff(pool: pg.Pool): void {
  for (const client of connectionsInUse.get(pool) ?? []) (client as unknown as pg.Client).end().catch(() => undefined);
}

async function takeServerRole(client: pg.ClientBase): Promise<void> {
  await client.query(
    `SELECT set_config('role', 'polity_app', false) FROM pg_roles
     WHERE rolname = 'polity_app' AND current_user <> 'polity_app' AND pg_has_role(current_user, oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)`,
  );
}
