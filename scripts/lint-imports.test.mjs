import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { lintImports } from './lint-imports.mjs';

/** Lints a tree of files and answers `file:line rule`, one for each violation. */
function lint(files) {
  const root = mkdtempSync(join(tmpdir(), 'lint-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return lintImports(root).violations.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const lintOne = (path, specifier) => lint({ [path]: `import '${specifier}';\n` });
const refused = (path, specifier, ...rules) =>
  assert.deepEqual(lintOne(path, specifier), rules.map((rule) => `${path}:1 ${rule}`), `${path} -> ${specifier}`);
const allowed = (path, specifier) => refused(path, specifier);

const chain = ['cli', 'transport', 'graphql', 'system', 'persistence', 'kernel', 'config'];

test('each layer imports the ones below it and none above it', () => {
  for (const [at, from] of chain.entries()) {
    for (const [index, to] of chain.entries()) {
      const check = index >= at ? allowed : refused;
      check(`src/${from}/a.ts`, `../${to}/b.js`, 'arrow');
    }
  }
});

test('main and cli stand on top, on what boot puts together', () => {
  allowed('src/main.ts', './boot/a.js');
  allowed('src/main.ts', './plugins/a.js');
  allowed('src/cli/serve.ts', '../boot/a.js');
  allowed('src/boot/a.ts', '../transport/a.js');
  refused('src/cli/serve.ts', '../main.js', 'arrow');
  refused('src/boot/a.ts', '../cli/a.js', 'arrow');
  refused('src/transport/a.ts', '../boot/a.js', 'arrow');
  refused('src/transport/a.ts', '../main.js', 'arrow');
  refused('src/kernel/a.ts', '../main.js', 'arrow');
});

test('observability is for all but kernel and config', () => {
  for (const area of ['cli', 'transport', 'graphql', 'system', 'persistence', 'plugins']) allowed(`src/${area}/a.ts`, '../observability/b.js');
  for (const area of ['kernel', 'config', 'runner']) refused(`src/${area}/a.ts`, '../observability/b.js', 'arrow');
  allowed('src/observability/a.ts', '../config/b.js');
  refused('src/observability/a.ts', '../persistence/b.js', 'arrow');
});

test('plugins import kernel and persistence, and are imported only from the top', () => {
  allowed('src/plugins/a.ts', '../kernel/b.js');
  allowed('src/plugins/a.ts', '../persistence/b.js');
  for (const area of ['system', 'graphql', 'transport']) {
    refused('src/plugins/a.ts', `../${area}/b.js`, 'arrow');
    refused(`src/${area}/a.ts`, '../plugins/b.js', 'arrow');
  }
});

test('the runner is alone', () => {
  allowed('src/runner/a.ts', './protocol/b.js');
  for (const area of [...chain, 'plugins']) {
    refused('src/runner/a.ts', `../${area}/b.js`, 'arrow');
    refused(`src/${area}/a.ts`, '../runner/b.js', 'arrow');
  }
  refused('src/main.ts', './runner/b.js', 'arrow');
});

test('a capability imports no other one', () => {
  allowed('src/system/audit/index.ts', './services/a.js');
  allowed('src/system/audit/services/a.ts', '../../shared/contracts/b.js');
  allowed('src/system/index.ts', './audit/index.js');
  refused('src/system/audit/services/a.ts', '../../identity/index.js', 'capability');
  refused('src/system/audit/services/a.ts', '../../index.js', 'capability');
  refused('src/system/shared/contracts/a.ts', '../../audit/index.js', 'capability');
});

test('an unknown area, and a path out of src, are refused', () => {
  refused('src/helpers/a.ts', '../kernel/b.js', 'area');
  refused('src/helpers/a.ts', 'node:path', 'area');
  refused('src/other.ts', './config/b.js', 'area');
  refused('src/kernel/a.ts', '../helpers/b.js', 'arrow');
  refused('src/kernel/a.ts', '../../sdk/client/b.js', 'src');
  refused('src/config/a.ts', '../../package.json', 'src');
});

test('MikroORM is for persistence and entities', () => {
  allowed('src/persistence/a.ts', '@mikro-orm/postgresql');
  allowed('src/system/audit/entities/a.ts', '@mikro-orm/core');
  refused('src/system/audit/services/a.ts', '@mikro-orm/core', 'orm');
  refused('src/graphql/a.ts', '@mikro-orm/core', 'orm');
});

test('type-graphql is for graphql and resolvers', () => {
  allowed('src/graphql/a.ts', 'type-graphql');
  allowed('src/system/audit/resolvers/a.ts', 'type-graphql');
  allowed('src/system/shared/resolvers/a.ts', 'type-graphql');
  refused('src/system/audit/services/a.ts', 'type-graphql', 'type-graphql');
  refused('src/transport/a.ts', 'type-graphql', 'type-graphql');
});

test('Apollo and WebSocket are for transport', () => {
  for (const name of ['@apollo/server', 'ws', 'graphql-ws', 'graphql-ws/use/ws']) {
    allowed('src/transport/a.ts', name);
    refused('src/graphql/a.ts', name, 'transport');
    refused('src/main.ts', name, 'transport');
  }
});

test('the environment is for config', () => {
  allowed('src/config/a.ts', 'node:process');
  refused('src/cli/a.ts', 'node:process', 'environment');
  refused('src/cli/a.ts', 'process', 'environment');
});

test('the kernel knows no GraphQL, HTTP or ORM', () => {
  allowed('src/kernel/a.ts', 'node:crypto');
  allowed('src/system/audit/services/a.ts', 'graphql');
  for (const name of ['graphql', 'graphql/language', 'graphql-scalars', '@graphql-tools/utils']) refused('src/kernel/a.ts', name, 'kernel-graphql');
  for (const name of ['node:http', 'https', 'node:http2', 'express', 'undici']) refused('src/kernel/a.ts', name, 'kernel-http');
  for (const name of ['pg', 'pg-copy-streams']) refused('src/kernel/a.ts', name, 'kernel-orm');
  refused('src/kernel/a.ts', '@mikro-orm/core', 'orm', 'kernel-orm');
  refused('src/kernel/a.ts', 'type-graphql', 'type-graphql', 'kernel-graphql');
  refused('src/kernel/a.ts', 'ws', 'transport', 'kernel-http');
});

test('the sdk imports nothing of src, tests included', () => {
  allowed('sdk/client/a.ts', './b.js');
  allowed('sdk/client/a.ts', 'graphql-ws');
  refused('sdk/client/a.ts', '../../src/kernel/b.js', 'sdk');
  refused('sdk/client/a.test.ts', '../../src/kernel/b.js', 'sdk');
});

test('tests of src are exempt', () => {
  allowed('src/kernel/a.test.ts', '../transport/b.js');
  allowed('src/kernel/a.test.ts', '@apollo/server');
  allowed('src/kernel/a.test.ts', '../../test/support/database.js');
});

test('every form of import is seen, with its line', () => {
  const path = 'src/kernel/a.ts';
  const forms = [
    `// é import '../cli/comment.js'; \`import "../cli/template.js"\``,
    `import type { A } from '../cli/a.js';`,
    `import { type B } from '../cli/b.js'; const text = "import '../cli/text.js'";`,
    `export * from '../cli/c.js';`,
    `export { D } from '../cli/d.js';`,
    `export type { E } from '../cli/e.js';`,
    `import f = require('../cli/f.js');`,
    `type G = import('../cli/g.js').G;`,
    `const h: typeof import('../cli/h.js') = await import('../cli/h.js');`,
    'void import(`../cli/i.js`);',
    `require('../cli/j.js');`,
    `@dec(() => import('../cli/k.js')) class K {}`,
  ];
  assert.deepEqual(lint({ [path]: forms.join('\n') }), [2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12].map((line) => `${path}:${line} arrow`));
});

test('a computed specifier and a file that does not parse are refused', () => {
  assert.deepEqual(lint({ 'src/kernel/a.ts': 'const name = "x";\nvoid import(name);\n' }), ['src/kernel/a.ts:2 literal']);
  assert.deepEqual(lint({ 'src/kernel/a.test.ts': 'const name = "x";\nvoid import(name);\n' }), []);
  assert.deepEqual(lint({ 'src/kernel/a.ts': 'import {' }), ['src/kernel/a.ts:1 syntax']);
});
