import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const swc = {
  jsc: {
    target: 'es2024',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  swcrc: false,
};

const support = (name) => {
  const path = fileURLToPath(new URL(`test/support/${name}.ts`, import.meta.url));
  return existsSync(path) ? path : undefined;
};

// jest loads the global set-up outside its module registry, where `moduleNameMapper` does not reach.
registerHooks({
  resolve(specifier, context, next) {
    const fromTypeScript = /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts');
    return next(fromTypeScript ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const project = {
  testEnvironment: 'node',
  transform: { '\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['<rootDir>/scripts/lib/jest-globals.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  globalSetup: support('global-setup'),
  globalTeardown: support('global-teardown'),
};

const CASES = ['admin-grants', 'context-mode', 'finance-reviewer', 'http-layer', 'rc-checks', 'rules', 'rules-crud', 'scope-matrix'];
const GRAPHQL = ['cost', 'known-operations', 'limits', 'trace'];
const SCHEMA = ['clients', 'denial-parity', 'schema-fragments', 'schema-walk'];

/** @type {import('jest').Config} */
const config = {
  projects: [
    // Servers of tests answer every operation by its compiled plan, from the first time on.
    { ...project, displayName: 'tests', testMatch: ['src', 'sdk', 'test'].map((folder) => `<rootDir>/${folder}/**/*.test.ts`), globals: { polityPlanUse: 'first' } },
    // The same GraphQL cases again, each through the whole of Apollo: both have to answer alike.
    {
      ...project,
      displayName: 'without plans',
      testMatch: Object.entries({ cases: CASES, graphql: GRAPHQL, schema: SCHEMA }).flatMap(([folder, names]) => names.map((name) => `<rootDir>/test/contract/${folder}/${name}.test.ts`)),
      globals: { polityPlanUse: 'never' },
    },
  ],
  maxWorkers: 2,
  testTimeout: 30_000,
  forceExit: false,
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.test.ts'],
  coverageDirectory: 'coverage',
  // v8 counts comments and blank lines of a loaded file as covered; babel counts statements.
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  // jest takes what a path has claimed out of `global`, so `global` is everything outside the kernel.
  coverageThreshold: { './src/kernel/': { lines: 90 }, global: { lines: 80 } },
};

export default config;
