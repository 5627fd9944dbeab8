import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphqlCaller } from './graphql-caller.js';
import { scratchRoot } from './scratch-root.js';
import { watchOver } from './watchdog.js';

const ADDRESS = /^ {2}GraphQL {4}(http:\/\/\S+)\/graphql/m;
const FIRST_ADMIN = { email: 'root@example.com', password: 'a long enough password' };

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in a process of its own, run from the sources. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Whether it still runs. */
  readonly running: boolean;
  /** What it printed, log lines among it. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end, and waits. */
  stop(): Promise<ProcessEnd>;
}

const SERVER = fileOf('../../src/main.ts');

/**
 * Starts a server process and waits until it tells its address; it may not be ready yet. Throws what it printed when it ends before.
 *
 * @param program - another program that runs a server, by its path
 */
export async function spawnServer(environment: Readonly<Record<string, string>>, program = SERVER): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', fileOf('./run-typescript.mjs'), program], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', POLITY_LOG_LEVEL: 'warn', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // One that a failed test has left behind does not hold this process; it ends with it.
  for (const held of [child, child.stdin, child.stdout, child.stderr] as unknown as { unref(): void }[]) held.unref();
  let printed = '';
  let running = true;
  const address = Promise.withResolvers<string>();
  const take = (text: string): void => {
    printed += text;
    const url = ADDRESS.exec(printed)?.[1];
    if (url !== undefined) address.resolve(url);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code, signal]): ProcessEnd => {
    running = false;
    address.reject(new Error(`the server ended with ${String(signal ?? code)}:\n${printed}`));
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const url = await address.promise;
  return {
    url,
    pid: child.pid as number,
    ended,
    get running() {
      return running;
    },
    output: () => printed,
    signal: (name) => void child.kill(name),
    stop() {
      if (running) child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A data folder for an embedded database, not made yet; `remove` stops what runs in it. It goes with this process in any case. */
export function scratchDataFolder(): { readonly path: string; remove(): void } {
  const path = join(scratchRoot(), `polity-fault-${randomUUID().slice(0, 8)}`);
  const watchdog = watchOver(path);
  return { path, remove: () => watchdog.release() };
}

/** Settings of server processes on a database that has no admin yet: all share one master key and the token that makes the first admin. */
export function freshEnvironment(databaseUrl: string, migrateUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test', DATABASE_URL: databaseUrl, POLITY_MIGRATE_DATABASE_URL: migrateUrl, POLITY_MASTER_KEY: randomBytes(32).toString('base64'),
    POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_BOOTSTRAP_TOKEN: randomBytes(24).toString('hex'),
  };
}

/** Makes the first admin over the API and signs it in. */
export async function bootstrapAdmin(url: string, environment: Readonly<Record<string, string>>): Promise<GraphqlCaller> {
  await new GraphqlCaller(url).mutate('bootstrapSuperAdmin', { token: environment['POLITY_BOOTSTRAP_TOKEN'], ...FIRST_ADMIN }, 'userId');
  return signInAt(url, FIRST_ADMIN);
}

/** Signs in at an address; the caller speaks to that address. */
export async function signInAt(url: string, credentials: { readonly email: string; readonly password: string } = FIRST_ADMIN): Promise<GraphqlCaller> {
  const anonymous = new GraphqlCaller(url);
  const { accessToken } = await anonymous.mutate<{ accessToken: string }>('signIn', { email: credentials.email, password: credentials.password }, 'accessToken');
  return anonymous.with({ authorization: `Bearer ${accessToken}` });
}

/** The same credentials at another server. */
export function at(url: string, caller: GraphqlCaller): GraphqlCaller {
  return new GraphqlCaller(url, caller.headers);
}
