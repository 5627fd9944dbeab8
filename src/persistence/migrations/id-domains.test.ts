import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { isId } from '../../kernel/ids/index.js';

let store: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  store = await createTestDatabase();
  client = new pg.Client({ connectionString: store.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await store.drop();
});

/** Whether a domain takes a text; what it says otherwise. */
function takes(domain: 'id' | 'space_or_instance', text: string): Promise<unknown> {
  return client.query(`SELECT $1::text::sys_kernel.${domain}`, [text]).then(() => true, ({ code, constraint }: { code: string; constraint: string }) => [code, constraint]);
}

const ASCII = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1));
const TEXTS = [
  ...ASCII.flatMap((character) => [`${character}bc`, `a${character}c`, `ab${character}`]),
  'a', 'ab', 'abc', 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(100_000), 'ábc', 'abċ', 'aıc', 'a\u0301bc', 'ａｂｃ', 'abc\n', '\nabc', 'a bc', 'ab\u2028c', '😀😀😀', 'user_01.A-z',
];

test('the database takes for an id what the server takes for one', async () => {
  for (const text of TEXTS) expect([text, await takes('id', text)]).toEqual([text, isId(text) || ['23514', 'id_check']]);
  expect(await takes('id', '')).toEqual(['23514', 'id_check']);
});

test('a Space may be that of the instance', async () => {
  for (const text of TEXTS) expect([text, await takes('space_or_instance', text)]).toEqual([text, isId(text) || ['23514', 'space_or_instance_check']]);
  expect(await takes('space_or_instance', '')).toBe(true);
});
