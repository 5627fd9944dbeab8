import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { fail, say } from './output.mjs';
import { at } from './paths.mjs';

/** Installs the dependencies unless the installed ones are those of the lock file. */
export function installIfNeeded() {
  if (isInstalled()) return;
  const problem = withLock(() => (isInstalled() ? undefined : install()));
  if (problem !== undefined) fail(problem);
}

/** Answers what went wrong. */
function install() {
  say('installing dependencies (npm ci)');
  // The build needs what NODE_ENV=production or a user's npm settings would leave out.
  const args = ['ci', '--include=dev', '--include=optional'];
  const { status, error, stdout, stderr } = spawnSync('npm', args, {
    cwd: at('.'),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  return `npm ci failed${error ? `: ${error.message}` : ''}`;
}

function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined) fail('package-lock.json cannot be read');
  if (installed === undefined) return false;
  delete wanted[''];
  return matches(wanted, installed);
}

/**
 * Whether npm's record of what it installed is what the lock file asks for. The content decides, not the time of change, which a
 * switch of branches moves. Optional packages may be absent: they belong to other platforms.
 */
export function matches(wanted, installed) {
  const isMet = ([path, { version, integrity, optional, devOptional }]) => {
    const found = installed[path];
    if (found === undefined) return optional === true || devOptional === true;
    return found.version === version && found.integrity === integrity;
  };
  return Object.entries(wanted).every(isMet) && Object.keys(installed).every((path) => Object.hasOwn(wanted, path));
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(at(path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
