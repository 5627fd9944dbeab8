import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRecorded } from './testing/recorded-io.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polity-openapi-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('prints what it checks, as JSON and as YAML', async () => {
  const json = await runRecorded(['openapi', 'print']);
  const yaml = await runRecorded(['openapi', 'print', '--format', 'yaml']);
  expect(JSON.parse(json.out)).toMatchObject({ openapi: '3.1.1' });
  expect(yaml.out).toMatch(/^openapi: 3\.1\.1\n/);
  writeFileSync(join(folder, 'openapi.json'), json.out);
  writeFileSync(join(folder, 'openapi.yaml'), yaml.out);
  expect(await runRecorded(['openapi', 'check', '--folder', folder])).toMatchObject({ code: 0, out: 'openapi.json is up to date.\nopenapi.yaml is up to date.\n' });
});

test('names what drifted, and the command that mends it', async () => {
  writeFileSync(join(folder, 'openapi.json'), (await runRecorded(['openapi', 'print'])).out.replace('/access/v1/evaluation"', '/access/v2/evaluation"'));
  const { code, out, err } = await runRecorded(['openapi', 'check', '--folder', folder]);
  expect(code).toBe(1);
  expect(out).toContain('/access/v2/evaluation');
  expect(err).toContain('openapi print --format json > openapi.json');
  expect(err).toContain('openapi print --format yaml > openapi.yaml');
});

test('knows two formats', async () => {
  expect(await runRecorded(['openapi', 'print', '--format', 'xml'])).toMatchObject({ code: 2, err: expect.stringContaining('--format must be json or yaml') });
});
