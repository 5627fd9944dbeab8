#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isModern, modernNode } from '../scripts/lib/node.mjs';

const command = new URL('../dist/src/cli/main.js', import.meta.url);

if (!existsSync(command)) {
  const { fail } = await import('../scripts/lib/output.mjs');
  const { installIfNeeded } = await import('../scripts/lib/install.mjs');
  const { buildIfStale } = await import('../scripts/lib/build.mjs');
  installIfNeeded();
  if (!buildIfStale()) fail('the build failed');
  if (!existsSync(command)) fail('dist/src/cli/main.js is missing after the build: src/cli/main.ts does not exist');
}

if (isModern(process.versions.node)) {
  await import(command.href);
} else {
  const { endAs, run } = await import('../scripts/lib/run.mjs');
  endAs(await run(modernNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)]));
}
