// `npm run bench [name …]`: installs what is missing, builds if stale, and runs the benches on the Node that comes with the dependencies.
import { buildIfStale } from '../scripts/lib/build.mjs';
import { installIfNeeded } from '../scripts/lib/install.mjs';
import { modernNode } from '../scripts/lib/node.mjs';
import { fail } from '../scripts/lib/output.mjs';
import { at } from '../scripts/lib/paths.mjs';
import { endAs, run } from '../scripts/lib/run.mjs';

installIfNeeded();
if (!buildIfStale()) fail('the build failed, nothing was measured');
endAs(await run(modernNode(), ['--import', at('test/support/typescript-hooks.mjs'), at('bench/main.ts'), ...process.argv.slice(2)]));
