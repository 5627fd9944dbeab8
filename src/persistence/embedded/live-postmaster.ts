import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { commandLine } from './process-facts.js';
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.js';
import { socketPath } from './socket-folder.js';

/** A server that runs and where it listens. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
}

const POLL_MS = 3;
/** Recovery after a crash replays what changed since the last checkpoint; this is far beyond what it takes. */
const STARTING_MS = 120_000;
const ANSWERING_MS = 10_000;

/**
 * Whether the process of the pid file is the server of this cluster. The pid alone does not say: the machine may have given it to
 * another process since, and in a container it nearly always has.
 */
export async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  const command = Number.isNaN(pid) ? undefined : await commandLine(pid);
  return command !== undefined && /(^|\/)postgres /.test(command) && `${command} `.includes(` -D ${cluster} `);
}

/** The one question of the protocol that asks for no session: its length, and "may I encrypt?" */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const ANSWER_MS = 2_000;

/** Whether a server answers on a socket. That the socket can be opened says little: the kernel opens it for a dying server too. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => socket.write(SSL_REQUEST));
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(ANSWER_MS, () => settle(false));
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });

/** The server in a pid file that says it is ready. */
export const asPostmaster = ({ pid, port, socketDir, ready }: PostmasterFile): Postmaster | undefined =>
  ready && port !== undefined && socketDir !== undefined ? { pid, port, socketDir } : undefined;

/**
 * The live server of a cluster. One that is still starting or already stopping is waited for.
 *
 * @returns undefined where there is none
 * @throws EmbeddedPostgresError `START_FAILED` where there is one and it does not answer
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  for (const since = Date.now(); ; await sleep(POLL_MS)) {
    const file = await readPostmasterFile(cluster);
    if (file === undefined || !(await isPostmasterOf(cluster, file.pid))) return undefined;
    const postmaster = asPostmaster(file);
    if (postmaster !== undefined && (await answers(socketPath(postmaster.socketDir, postmaster.port)))) return postmaster;
    if (Date.now() - since > (file.ready ? ANSWERING_MS : STARTING_MS)) {
      throw new EmbeddedPostgresError('START_FAILED', `The server of ${cluster}, process ${file.pid}, runs and does not answer.`);
    }
  }
}
