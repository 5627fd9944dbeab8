// `npm start`: installs what is missing, builds if stale, and runs the server on the Node that comes with the dependencies.
import { existsSync } from 'node:fs';
import { buildIfStale } from './lib/build.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { modernNode } from './lib/node.mjs';
import { fail } from './lib/output.mjs';
import { at } from './lib/paths.mjs';
import { endAs, run } from './lib/run.mjs';

installIfNeeded();
if (!buildIfStale()) fail('the build failed, nothing was started');
const server = at('dist/src/main.js');
if (!existsSync(server)) fail('dist/src/main.js is missing after the build: src/main.ts does not exist');

// A young generation of up to 32 MiB, which Node would let grow, doubles the memory of a server and saves it next to no time.
endAs(await run(modernNode(), ['--max-semi-space-size=8', server, ...process.argv.slice(2)], {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? at('node_modules/.cache/compile'),
}));
