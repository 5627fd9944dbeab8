import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { say } from './output.mjs';
import { at } from './paths.mjs';

const WAIT_MILLISECONDS = 100;
/** Longer than any install; the number of an owner that died may belong to another process by then. */
const STALE_MILLISECONDS = 15 * 60_000;

/** Does the work while no other process of this folder installs or builds. */
export function withLock(work) {
  const path = at('dist/.lock');
  mkdirSync(at('dist'), { recursive: true });
  for (let waited = 0; !take(path); waited += 1) {
    if (waited === 10) say('waiting for another install or build in this folder');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!ownerLives(path)) rmSync(path, { force: true });
    return false;
  }
}

function ownerLives(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE_MILLISECONDS) return false;
    const owner = Number(readFileSync(path, 'utf8'));
    // Empty: taken a moment ago, the number is not written yet.
    if (owner !== 0) process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
