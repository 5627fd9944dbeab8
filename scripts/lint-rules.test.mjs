// Proves that the settings of .oxlintrc.json fire where they must and are silent where they must be.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));

const promises = `const later = async (): Promise<number> => 1;
export async function use(): Promise<void> {
  later();
  [1].forEach(async () => { await later(); });
  const three = 3;
  await three;
}
`;
const environment = `export const a = process.env.A;
export const { env } = process;
export const b = process['env'];
export const c = globalThis.process.env.C;
`;
const output = `console.log('text');\n`;
const defaultExport = `export default function thing(): void {}\n`;
const lines = (count) => Array.from({ length: count }, (_, at) => `// a comment\n\nexport const v${at} = ${at};\n`).join('');
const body = `('t', () => { expect(1).toBe(1); });\n`;
const switchedOff = ['it.skip', 'test.skip', 'xit', 'xtest', 'it.only', 'test.only', 'fit'].map((name) => name + body).join('')
  + ['describe.skip', 'xdescribe', 'describe.only', 'fdescribe'].map((name) => `${name}('s', () => { it${body.trim()} });\n`).join('')
  + `it.todo('t');\ntest.todo('t');\n`;

const fixtures = {
  'src/kernel/promises.ts': promises,
  'test/promises.ts': promises,
  'src/kernel/environment.ts': environment,
  'src/cli/environment.ts': environment,
  'src/config/environment.ts': environment,
  'test/environment.ts': environment,
  'src/kernel/output.ts': output,
  'src/cli/output.ts': output,
  'src/kernel/default-export.ts': defaultExport,
  'sdk/default-export.ts': defaultExport,
  'test/default-export.ts': defaultExport,
  'src/kernel/lines-400.ts': lines(400),
  'src/kernel/lines-401.ts': lines(401),
  'sdk/lines-401.ts': lines(401),
  'src/kernel/switched-off.test.ts': switchedOff,
  'test/switched-off.test.ts': switchedOff,
  'src/kernel/fine.test.ts': `it${body}`,
  'src/kernel/unused.ts': `export const a = 1; // oxlint-disable-line no-console\n`,
  'src/kernel/correctness.ts': `export function a(): void { debugger; }\n`,
};

let root;
let found;

before(() => {
  root = mkdtempSync(join(tmpdir(), 'lint-rules-'));
  for (const name of ['.oxlintrc.json', 'tsconfig.json']) copyFileSync(join(home, name), join(root, name));
  symlinkSync(join(home, 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(fixtures)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const oxlint = join(home, 'node_modules/oxlint/bin/oxlint');
  const { status, stdout } = spawnSync(process.execPath, [oxlint, '--format', 'unix', 'src', 'sdk', 'test'], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 1);
  found = stdout.split('\n').flatMap((line) => /^(?<file>[^:]+):(?<line>\d+):.*\[\w+(?:\/(?<rule>.*))?\]$/.exec(line)?.groups ?? []);
});

after(() => rmSync(root, { recursive: true }));

/** The rules that fired in a file, each once for a line: `line rule`. */
function fired(file) {
  const rows = found.filter((row) => row.file === file).map(({ line, rule }) => `${line} ${rule}`);
  return [...new Set(rows)].sort((left, right) => parseInt(left) - parseInt(right));
}

test('promises are awaited, everywhere', () => {
  for (const file of ['src/kernel/promises.ts', 'test/promises.ts']) {
    const rules = fired(file);
    for (const rule of ['3 typescript(no-floating-promises)', '4 typescript(no-misused-promises)', '6 typescript(await-thenable)']) {
      assert.ok(rules.includes(rule), `${file} ${rule}`);
    }
  }
});

test('only src/config reads the environment', () => {
  const every = [1, 2, 3, 4].map((line) => `${line} eslint(no-restricted-properties)`);
  assert.deepEqual(fired('src/kernel/environment.ts'), every);
  assert.deepEqual(fired('src/cli/environment.ts'), every);
  assert.deepEqual(fired('src/config/environment.ts'), []);
  assert.deepEqual(fired('test/environment.ts'), []);
});

test('only src/cli prints', () => {
  assert.deepEqual(fired('src/kernel/output.ts'), ['1 eslint(no-console)']);
  assert.deepEqual(fired('src/cli/output.ts'), []);
});

test('src and sdk have no default exports', () => {
  assert.deepEqual(fired('src/kernel/default-export.ts'), ['1 import(no-default-export)']);
  assert.deepEqual(fired('sdk/default-export.ts'), ['1 import(no-default-export)']);
  assert.deepEqual(fired('test/default-export.ts'), []);
});

test('a file has 400 lines at most, blank lines and comments apart', () => {
  assert.deepEqual(fired('src/kernel/lines-400.ts'), []);
  assert.match(fired('src/kernel/lines-401.ts').join(), /^\d+ eslint\(max-lines\)$/);
  assert.match(fired('sdk/lines-401.ts').join(), /^\d+ eslint\(max-lines\)$/);
});

test('no test is skipped, focused or left to be written', () => {
  for (const file of ['src/kernel/switched-off.test.ts', 'test/switched-off.test.ts']) {
    assert.deepEqual(fired(file), [
      ...[1, 2, 3, 4].map((line) => `${line} jest(no-disabled-tests)`),
      ...[5, 6, 7].map((line) => `${line} jest(no-focused-tests)`),
      ...[8, 9].map((line) => `${line} jest(no-disabled-tests)`),
      ...[10, 11].map((line) => `${line} jest(no-focused-tests)`),
      ...[12, 13].map((line) => `${line} eslint(no-restricted-properties)`),
    ]);
  }
  assert.deepEqual(fired('src/kernel/fine.test.ts'), []);
});

test('correctness rules are on, and a directive that disables nothing is refused', () => {
  assert.deepEqual(fired('src/kernel/correctness.ts'), ['1 eslint(no-debugger)']);
  assert.equal(fired('src/kernel/unused.ts').length, 1);
});
