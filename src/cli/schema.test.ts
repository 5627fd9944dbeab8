import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { runRecorded } from './testing/recorded-io.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-schema-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('what is printed is a schema, is found up to date, and drifts with one line', async () => {
  const { code, out } = await runRecorded(['schema', 'print']);
  expect(code).toBe(0);
  expect(buildSchema(out).getQueryType()?.getFields()).toHaveProperty('check');
  const file = join(folder, 'schema.graphql');
  await writeFile(file, out);
  expect(await runRecorded(['schema', 'check', '--file', file])).toMatchObject({ code: 0, err: '' });

  await writeFile(file, (await readFile(file, 'utf8')).replace('type Query {', 'type Query {\n  drifted: Int'));
  const drifted = await runRecorded(['schema', 'check', '--file', file]);
  expect(drifted.code).toBe(1);
  expect(drifted.out).toMatch(/^\d+: - {3}drifted: Int\n$/);
  expect(drifted.err).toContain('schema print');
});

test('a missing file has drifted', async () => {
  expect((await runRecorded(['schema', 'check', '--file', join(folder, 'none.graphql')])).code).toBe(1);
});
