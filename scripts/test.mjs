// `npm test`: installs what is missing, builds if stale (contract tests start the built server), and runs jest.
import { buildIfStale } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { modernNode } from './lib/node.mjs';
import { say } from './lib/output.mjs';
import { at } from './lib/paths.mjs';
import { endAs, run } from './lib/run.mjs';

installIfNeeded();
const built = buildIfStale();
const jest = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', at('node_modules/jest/bin/jest.js')];
const ended = await run(modernNode(), [...jest, ...process.argv.slice(2)]);
// A type error in one file hides the tests of no other, but the run is not good.
if (!built) say('the build failed');
endAs(built || ended.code !== 0 ? ended : { code: 1, signal: null });
