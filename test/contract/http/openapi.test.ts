import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { parse } from 'yaml';
import { POLITY_VERSION } from '../../../src/boot/version.js';
import { asJson, asYaml, DECLARED_ROUTES, openapiDocument } from '../../../src/transport/index.js';
import { startTestServer, type TestServer } from '../../support/server.js';

const BASE = 'https://polity.example.com';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_PUBLIC_URL: BASE } });
});
afterAll(() => server.stop());

const document = openapiDocument({ version: POLITY_VERSION });
const stored = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

test('openapi.json and openapi.yaml are the routes of this release, to the byte', async () => {
  expect(stored('openapi.json')).toBe(asJson(document));
  expect(stored('openapi.yaml')).toBe(await asYaml(document));
  expect(parse(stored('openapi.yaml'))).toEqual(document);
});

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(JSON.parse(asJson(document)) as Record<string, unknown>)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('it is served, with the address of the instance', async () => {
  const [json, yaml] = await Promise.all(['/openapi.json', '/openapi.yaml'].map((path) => fetch(`${server.url}${path}`)));
  expect([json?.status, json?.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  expect([yaml?.status, yaml?.headers.get('content-type')]).toEqual([200, 'application/yaml; charset=utf-8']);
  const served = openapiDocument({ version: POLITY_VERSION, server: BASE });
  expect(await json?.json()).toEqual(served);
  expect(parse((await yaml?.text()) ?? '')).toEqual(served);
});

test('the server serves what is declared', async () => {
  for (const { method, path } of DECLARED_ROUTES) {
    const response = await fetch(`${server.url}${path}`, { method, ...(method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}) });
    expect([method, path, [404, 405, 500].includes(response.status)]).toEqual([method, path, false]);
    await response.body?.cancel();
  }
});

test('what is not declared is not there', async () => {
  const declared = new Set(DECLARED_ROUTES.map(({ path }) => path));
  for (const path of ['/', '/access', '/access/v1', '/access/v1/', '/access/v1/search', '/access/v2/evaluation', '/openapi', '/swagger.json', '/.well-known/', '/health']) {
    expect(declared.has(path)).toBe(false);
    expect((await fetch(`${server.url}${path}`)).status).toBe(404);
  }
});

test('every operation has an id of its own, and every reference leads somewhere', () => {
  const ids = DECLARED_ROUTES.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...asJson(document).matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path]) => path as string);
  expect(references.length).toBeGreaterThan(50);
  for (const path of references) {
    let value: unknown = document;
    for (const part of path.split('/')) value = (value as Record<string, unknown>)[part];
    expect([path, typeof value]).toEqual([path, 'object']);
  }
  const used = new Set(references.map((path) => path.split('/').at(-1)));
  const { schemas } = (document as { components: { schemas: object } }).components;
  expect(Object.keys(schemas).filter((name) => !used.has(name))).toEqual([]);
});
