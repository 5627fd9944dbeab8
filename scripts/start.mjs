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

// Left to itself a server takes 250 MB and more: Node lets its young generation grow to 64 MB, and the C library keeps what its threads
// free apart for each. A cache of compiled code would take 10 MB as well, and starts no faster.
endAs(await run(modernNode(), ['--max-semi-space-size=8', server, ...process.argv.slice(2)], { MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '1' }));
