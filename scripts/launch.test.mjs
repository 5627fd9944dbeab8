import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { matches } from './lib/install.mjs';
import { isModern } from './lib/node.mjs';

const lib = (name) => JSON.stringify(fileURLToPath(new URL(`./lib/${name}.mjs`, import.meta.url)));

/** Starts a launcher around `child`, and sends it the signals once the child says that it is up. */
async function launch(child, ...signals) {
  const launcher = `
    import { endAs, run } from ${lib('run')};
    endAs(await run(process.execPath, ['-e', ${JSON.stringify(child)}]));`;
  const started = spawn(process.execPath, ['--input-type=module', '-e', launcher], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  started.stdout.on('data', (chunk) => {
    output += chunk;
    if (chunk.includes('up')) for (const signal of signals) started.kill(signal);
  });
  const [code, signal] = await new Promise((resolve) => started.on('close', (...end) => resolve(end)));
  return { output, code, signal };
}

const draining = (signal) => `
  const alive = setInterval(() => {}, 1000);
  let seen = 0;
  process.on('${signal}', () => {
    seen += 1;
    setTimeout(() => { console.log('drained ' + seen); process.exitCode = 7; clearInterval(alive); }, 300);
  });
  console.log('up');`;

test('the launcher forwards SIGINT and SIGTERM once and waits for the drain', async () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    assert.deepEqual(await launch(draining(signal), signal, signal), { output: 'up\ndrained 1\n', code: 7, signal: null });
  }
});

test('the launcher ends as its child ended', async () => {
  assert.deepEqual(await launch('process.exit(3)'), { output: '', code: 3, signal: null });
  assert.deepEqual(await launch(`process.kill(process.pid, 'SIGKILL')`), { output: '', code: null, signal: 'SIGKILL' });
  assert.deepEqual(await launch(`setInterval(() => {}, 1000); console.log('up')`, 'SIGTERM'), { output: 'up\n', code: null, signal: 'SIGTERM' });
});

test('an installation matches when every package is there in its version, optional ones apart', () => {
  const wanted = { a: { version: '1.0.0', integrity: 'x' }, b: { version: '2.0.0', integrity: 'y', optional: true } };
  assert.equal(matches(wanted, wanted), true);
  assert.equal(matches(wanted, { a: wanted.a }), true);
  assert.equal(matches(wanted, { b: wanted.b }), false);
  assert.equal(matches(wanted, { ...wanted, a: { version: '1.0.1', integrity: 'x' } }), false);
  assert.equal(matches(wanted, { ...wanted, b: { version: '2.0.0', integrity: 'z' } }), false);
  assert.equal(matches(wanted, { ...wanted, c: { version: '1.0.0' } }), false);
});

test('Node 22.17 is modern enough', () => {
  assert.deepEqual(['20.20.2', '22.16.0', '22.17.0', '26.10.0'].map(isModern), [false, false, true, true]);
});
