import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.js';
import { startNode, runNode } from './children.js';
import type { DatabaseAddresses } from './cluster.js';
import { at } from './paths.js';

/** How `npm start` and the image run Node, and the environment beside the settings. */
const NODE_ARGUMENTS: readonly string[] = ['--max-semi-space-size=8'];
/** The program that they run. */
export const MAIN: readonly string[] = [at('dist/src/main.js')];
export const SERVER_ARGUMENTS: readonly string[] = [...NODE_ARGUMENTS, ...MAIN];
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
const CLI = at('dist/src/cli/main.js');
const ADDRESS = /^ {2}GraphQL {4}(http:\/\/\S+)\/graphql/m;
const ADMIN = { email: 'root@example.com', password: 'the password of the bench' };

/** A built server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Settings of a server in production on the suite's database. */
export function productionSettings(database: DatabaseAddresses): Record<string, string> {
  return {
    NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', POLITY_LOG_LEVEL: 'warn', POLITY_PUBLIC_URL: 'https://polity.example.com',
    DATABASE_URL: database.server, POLITY_MIGRATE_DATABASE_URL: database.owner, POLITY_MASTER_KEY: randomBytes(32).toString('base64'),
    // Budgets that a bench does not reach, counted all the same.
    POLITY_RATE_CALLER: '1000000000', POLITY_RATE_SPACE: '1000000000', POLITY_RATE_ANONYMOUS: '1000000000',
  };
}

/** Migrates the database and makes the first admin, as an operator does. */
export async function prepareDatabase(settings: Readonly<Record<string, string>>): Promise<void> {
  await runNode([CLI, 'migrate', 'up'], settings);
  await runNode([CLI, 'admin', 'bootstrap', '--email', ADMIN.email, '--password-file', '-'], settings, `${ADMIN.password}\n`);
}

/**
 * Starts the built server and waits until it is ready. `BENCH_NODE_ARGS` are more arguments for its Node, such as `--cpu-prof`.
 *
 * @param program - arguments that name another program that runs it
 */
export async function startServer(settings: Readonly<Record<string, string>>, program: readonly string[] = MAIN): Promise<Server> {
  const more = (process.env['BENCH_NODE_ARGS'] ?? '').split(' ').filter((argument) => argument !== '');
  const child = startNode([...more, ...NODE_ARGUMENTS, ...program], { ...SERVER_ENVIRONMENT, ...settings });
  const [, url = ''] = await child.printed(ADDRESS);
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(10);
  return { url, pid: child.pid, stop: () => child.stop() };
}

/** Signs the first admin in. */
export function signInAdmin(url: string): Promise<Api> {
  return signIn(url, ADMIN);
}

/** Signs a User in. */
export async function signIn(url: string, { email, password }: { readonly email: string; readonly password: string }): Promise<Api> {
  const { accessToken } = await new Api(url).mutate<{ accessToken: string }>('signIn', { email, password }, 'accessToken');
  return new Api(url, { authorization: `Bearer ${accessToken}` });
}
