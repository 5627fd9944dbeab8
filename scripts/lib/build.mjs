import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { say } from './output.mjs';
import { at } from './paths.mjs';

const STAMP = 'dist/.stamp';
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Builds `dist` unless it was built from the sources as they stand. Answers whether `dist` is good. */
export function buildIfStale() {
  return isBuilt(fingerprint()) || withLock(build);
}

function build() {
  const now = fingerprint();
  if (isBuilt(now)) return true;
  say('building');
  rmSync(at(STAMP), { force: true });
  const compiler = at('node_modules/typescript/bin/tsc');
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [compiler, '-p', at('tsconfig.build.json')], { encoding: 'utf8' });
  // A compiler that could not be started has printed nothing.
  process.stderr.write(error === undefined ? stdout + stderr : `the compiler could not be started: ${error.message}\n`);
  if (status !== 0) return false;
  writeFileSync(at(STAMP), now);
  return true;
}

function isBuilt(now) {
  try {
    return readFileSync(at(STAMP), 'utf8') === now;
  } catch {
    return false;
  }
}

/** Digest of path, size and time of change of all that the build reads. A file that is gone changes it as well. */
function fingerprint() {
  const sources = readdirSync(at('src'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const hash = createHash('sha256');
  for (const path of [...SETTINGS.map(at), ...sources]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
