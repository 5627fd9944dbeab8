import { readFile } from 'node:fs/promises';
import { buildSchema, validateSchema } from 'graphql';
import { printBuiltInSchema } from '../../../src/boot/built-in-schema.js';

const stored = (): Promise<string> => readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8');

test('schema.graphql is the schema of the built-in capabilities, to the byte', async () => {
  expect(await stored()).toBe(await printBuiltInSchema());
});

test('schema.graphql is a valid schema by itself', async () => {
  expect(validateSchema(buildSchema(await stored()))).toEqual([]);
});
