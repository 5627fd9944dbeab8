import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASE_IDS, NOT_APPLICABLE } from '../support/case-ids.js';

const FOLDER = join(process.cwd(), 'test', 'contract', 'cases');
const SOURCES = readdirSync(FOLDER).filter((file) => file.endsWith('.test.ts') && file !== 'case-ids.test.ts');

const ID = String.raw`(?:4\.1|[A-Z]{2,3}-(?:0|[1-9]\d*)[ab]?)`;
/** How a title begins, or the whole cell that a title is made from. */
const NAMES = new RegExp(`['"\`](?<ids>${ID}(?:, ${ID})*)(?=[:'"\`])`, 'g');

function idsIn(source: string): string[] {
  return [...source.matchAll(NAMES)].flatMap(({ groups }) => groups?.['ids']?.split(', ') ?? []);
}

const named = new Set(SOURCES.flatMap((file) => idsIn(readFileSync(join(FOLDER, file), 'utf8'))));
const all = Object.values(CASE_IDS).flat();

test.each(Object.entries(CASE_IDS))('%s: each case is the name of a test, or says why it is none', (_, ids) => {
  expect(ids.filter((id) => !named.has(id) && NOT_APPLICABLE[id] === undefined)).toEqual([]);
});

test('no case is both tested and left out, and none is made up', () => {
  expect(Object.keys(NOT_APPLICABLE).filter((id) => named.has(id) || !all.includes(id))).toEqual([]);
  expect([...named].filter((id) => !all.includes(id))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

test('names are titles and cells of titles, not whatever mentions a case', () => {
  const source = "test('FR-1, FR-3: two', f); const rows = [{ id: 'SC-2' }]; test.each([['AG-4', 1]])('%s: x', f); // FR-9: no name, 'as FR-8 says', 'see CM-1'";
  expect(idsIn(source)).toEqual(['FR-1', 'FR-3', 'SC-2', 'AG-4']);
});
