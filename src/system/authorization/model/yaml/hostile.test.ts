import { modelOfText } from '../load-model.js';
import { Problems } from './problems.js';
import { jsonOf } from './json-of.js';
import { readYaml } from './read-yaml.js';

/** How long reading may take at most; what does not end takes longer. */
const LONG_MS = 20_000;

function refused(source: string): string[] {
  const problems = new Problems();
  const began = performance.now();
  const node = readYaml('f', source, problems);
  expect(performance.now() - began).toBeLessThan(LONG_MS);
  try {
    problems.refuseAny();
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  expect(node).toBeDefined();
  return [];
}

const laughs = Array.from({ length: 12 }, (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(9)}x]`).join('\n').replace('*a-1,'.repeat(9), '');

test.each<[string, string, string]>([
  ['aliases that double', laughs, 'f:1:9: Anchors are not taken.'],
  ['an alias', 'a: &x 1\nb: *x', 'f:1:7: Anchors are not taken.'],
  ['an alias of nothing', 'b: *x', 'f:1:4: '],
  ['a merge key', 'a: { <<: { b: 1 } }', 'f:1:6: Merge keys are not taken.'],
  ['a tag', 'a: !!binary aGVsbG8=', 'f:1:13: Tags are not taken.'],
  ['a made-up tag', 'a: !run rm', 'f:1:4: Unresolved tag: !run'],
  ['a key twice', 'a: 1\nb: 2\na: 3', 'f:3:1: The key a stands here twice.'],
  ['a key twice, written differently', 'a: 1\n"a": 3', 'f:2:1: The key a stands here twice.'],
  ['a key that is no text', '1: a', 'f:1:1: A key is a text; quote it.'],
  ['a key of many parts', '? [a]\n: b', 'f:1:3: A key is a text; quote it.'],
  ['a tab as indentation', 'a:\n\tb: c', 'f:2:1: Tabs are not allowed as indentation'],
  ['NUL', 'a: b\0c', 'f:1:5: A character that nobody sees'],
  ['NUL as an escape', 'a: "\\0"', 'f:1:4: Text holds a NUL'],
  ['half a character as an escape', 'a: "\\ud800"', 'f:1:4: Text holds a NUL character or half of a surrogate pair.'],
  ['half a character', 'a: \ud800', 'f: This file is no well-formed Unicode.'],
  ['text that shows in another order', 'a: "x\u202ey"', 'f:1:6: A character that nobody sees'],
  ['two documents', 'a: 1\n---\nb: 2', 'f:2:1: A file holds one document.'],
  ['nothing', '', 'f:1:1: This file is empty.'],
  ['only comments', '# nothing\n', 'f:1:1: This file is empty.'],
  ['no end', 'a: "', 'f:1:5: Missing closing "quote'],
  ['no YAML', 'a: ]', 'f:1:4: '],
  ['endless', 'a: 1e999', 'f:1:4: A number is finite'],
  ['no number', 'a: .nan', 'f:1:4: A number is finite'],
  ['a number that loses digits', 'a: 9007199254740993', 'f:1:4: A number is finite and, when whole, at most 2^53 - 1'],
  ['depth in brackets', `a: ${'['.repeat(200_000)}`, 'f:1:'],
  ['depth that ends', `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'f:1:'],
  ['depth in dashes', '- '.repeat(50_000), 'f:1:'],
  ['depth in questions', '? '.repeat(50_000), 'f:1:'],
  ['depth in keys', Array.from({ length: 2_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'f:'],
  ['more than anybody reads', Array.from({ length: 200_000 }, (_, at) => `k${at}: v`).join('\n'), 'f:1:1: This file holds more than'],
  ['brackets that close nothing', ']'.repeat(100_000), 'f:1:'],
  ['commas', `[${','.repeat(100_000)}`, 'f:1:'],
])('%s', (_, source, expected) => {
  const [first] = refused(source);
  expect(first).toMatch(new RegExp(`^${expected.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`));
});

test('mistakes are told up to a hundred', () => {
  expect(refused(Array.from({ length: 5_000 }, () => '- *x').join('\n')).length).toBeLessThanOrEqual(100);
});

test('keys that mean something to the language are fields like any other', () => {
  const node = readYaml('f', '{ __proto__: { admin: true }, constructor: { prototype: 1 }, toString: x }', new Problems());
  const value = jsonOf(node!) as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
  expect(() => modelOfText('f', 'polity: 1\n__proto__: { roles: {} }')).toThrow('f:2:1: A model has no key "__proto__"');
  expect(() => modelOfText('f', 'polity: 1\nroles: { a: { inherits: [constructor] } }')).toThrow('f:2:26: There is no Role constructor.');
});

test('a byte order mark and Windows line ends are taken', () => {
  expect(modelOfText('f', 'polity: 1\r\nroles:\r\n  a: {}\r\n').roles.size).toBe(1);
});
