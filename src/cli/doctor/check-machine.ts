import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { broken, type Finding, ok, warning } from './finding.js';

const OLDEST_NODE = { major: 22, minor: 17 };
const MEBIBYTE = 2 ** 20;
const SCARCE_MIB = 1024;
const FULL_MIB = 100;

/** Whether this Node can run the server. */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isModern = major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  if (isModern) return ok('node_version', `Node ${version}`);
  return broken('node_version', `Node ${version} is too old; ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer is needed`);
}

/** Room on the disk of the data folder: the embedded database and the last checkpoint live there. */
export async function checkDisk(dataDir: string): Promise<Finding> {
  let folder = resolve(dataDir);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return judgeRoom(folder, Math.floor((bavail * bsize) / MEBIBYTE));
}

/** @param mebibytes - free for this user */
export function judgeRoom(folder: string, mebibytes: number): Finding {
  const message = `${mebibytes} MiB free on the disk of ${folder}`;
  if (mebibytes < FULL_MIB) return broken('disk_space', `${message}; the database cannot work like this`);
  return mebibytes < SCARCE_MIB ? warning('disk_space', message) : ok('disk_space', message);
}
