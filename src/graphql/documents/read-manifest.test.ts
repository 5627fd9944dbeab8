import { createHash } from 'node:crypto';
import { buildSchema } from 'graphql';
import { isPolityError } from '../../kernel/errors/index.js';
import { readManifest } from './read-manifest.js';

const schema = buildSchema('type Query { hello(name: String): String }');
const rules = { maxDepth: 3, maxAliases: 1, maxDirectives: 1, maxTokens: 100 };
const TEXT = 'query Hello { hello }';
const HASH = createHash('sha256').update(TEXT).digest('hex');
const read = (manifest: unknown) => readManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest), schema, rules);

test('reads what code generators write', () => {
  expect(read({ [HASH]: TEXT, 'my-app:2': '{ hello }' })).toEqual([{ id: HASH, name: null, document: TEXT }, { id: 'my-app:2', name: null, document: '{ hello }' }]);
  expect(read({ [`sha256:${HASH}`]: TEXT })).toEqual([{ id: `sha256:${HASH}`, name: null, document: TEXT }]);
  expect(read({})).toEqual([]);
});

test('reads what Apollo\'s tools write', () => {
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: HASH, name: 'Hello', type: 'query', body: TEXT }] };
  expect(read(manifest)).toEqual([{ id: HASH, name: 'Hello', document: TEXT }]);
});

test.each<[string, unknown, readonly (string | number)[], string]>([
  ['no JSON', '{ "a', [], 'The manifest is no JSON: '],
  ['a list', [], [], 'The manifest must be an object.'],
  ['null', null, [], 'The manifest must be an object.'],
  ['operations that are no list', { operations: {} }, ['operations'], 'operations must be a list.'],
  ['an operation that is no object', { operations: [null] }, ['operations', 0], 'operations.0 must be an object.'],
  ['an operation without an id', { operations: [{ body: TEXT }] }, ['operations', 0, 'id'], 'operations.0.id must have 3 to 128'],
  ['an id with a space', { 'a b c': TEXT }, ['a b c', 'id'], 'must have 3 to 128'],
  ['a text that is none', { abc: 7 }, ['abc'], 'abc has no text of a document.'],
  ['an operation without a text', { operations: [{ id: 'abc' }] }, ['operations', 0], 'operations.0 has no text of a document.'],
  ['a name that is none', { operations: [{ id: 'abc', name: 7, body: TEXT }] }, ['operations', 0, 'name'], 'operations.0.name must be a text'],
  ['an id twice', { operations: [{ id: 'abc', body: TEXT }, { id: 'abc', body: '{ hello }' }] }, ['operations', 1], 'operations.1 is there twice.'],
  ['a text twice', { abc: TEXT, abd: TEXT }, ['abd'], 'abd is the text of abc.'],
  ['the hash of another text', { [HASH]: '{ hello }' }, [HASH], 'is not the SHA-256 of its text.'],
  ['a text that does not parse', { abc: '{ hello' }, ['abc'], 'abc is no document for this schema: Syntax Error'],
  ['a field that is not there', { abc: '{ helo }' }, ['abc'], 'abc is no document for this schema: Cannot query field "helo"'],
  ['a document above a limit', { abc: '{ a: hello b: hello }' }, ['abc'], 'An operation may have at most 1 aliases.'],
  ['a document of too many tokens', { abc: `{ hello(name: "${'x" '}) ${'hello '.repeat(100)} }` }, ['abc'], 'abc is no document for this schema: Syntax Error'],
  ['a document of too many bytes', { abc: `{ hello } # ${'x'.repeat(65_536)}` }, ['abc'], 'abc has more than 65536 bytes.'],
])('names %s', (_what, manifest, path, message) => {
  let thrown: unknown;
  try {
    read(manifest);
  } catch (error) {
    thrown = error;
  }
  expect(isPolityError(thrown) && { code: thrown.code, path: thrown.path, message: thrown.message }).toEqual({ code: 'IMPORT_INVALID', path, message: expect.stringContaining(message) });
});
