import { Readable } from 'node:stream';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { copyOut, type CopiedRow } from './copy-out.js';

/** Texts that COPY has to escape, or that look as if it had. */
const TEXTS = ['', 'plain', '\\N', '\\', '\\\\', 'a\tb', 'a\nb', 'a\r\nb', '\b\f\v', '\\t', '\\x41', '\\101', 'Zürich 東京 😀', 'ends with \\', '\\.', '"quoted"', null];
const SELECT = `SELECT n, t, n IS NULL FROM unnest(ARRAY[${TEXTS.map((_, at) => at).join()}], ARRAY[${TEXTS.map((text) => (text === null ? 'NULL' : pg.escapeLiteral(text))).join()}]::text[]) AS x (n, t) ORDER BY n`;

const read = (row: CopiedRow): unknown[] => [row.number(0), row.text(1) ?? null, row.isNull(1), row.isAscii(2, 'f')];
const EXPECTED = TEXTS.map((text, at) => [at, text, text === null, true]);

/** A connection that sends what COPY gave, cut into pieces. */
function sending(pieces: readonly Buffer[]): pg.ClientBase {
  return { query: () => Readable.from(pieces) } as unknown as pg.ClientBase;
}

async function rowsOf(client: pg.ClientBase, select = SELECT, take: (row: CopiedRow) => unknown = read): Promise<unknown[]> {
  const rows: unknown[] = [];
  await copyOut(client, select, (row) => rows.push(take(row)));
  return rows;
}

let store: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  store = await createTestDatabase();
  client = new pg.Client({ connectionString: store.appUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.drop();
});

test('texts come out as they are', async () => {
  expect(await rowsOf(client)).toEqual(EXPECTED);
});

test('ids, numbers, truth values and nothing', async () => {
  const rows = await rowsOf(client, "SELECT 'mr_1', NULL, 9007199254740991, NULL::int, true, -1.5", (row) =>
    [row.ascii(0), row.optionalAscii(0), row.optionalAscii(1), row.number(2), row.number(3), row.isAscii(4, 't'), row.isAscii(0, 'mr_2'), row.isAscii(0, 'mr_12'), row.number(5)]);
  expect(rows).toEqual([['mr_1', 'mr_1', undefined, 9_007_199_254_740_991, undefined, true, false, false, -1.5]]);
});

test('rows may be cut anywhere', async () => {
  const pieces: Buffer[] = [];
  const copied = `${TEXTS.map((text, at) => `${at}\t${text === null ? '\\N' : escaped(text)}\tf`).join('\n')}\n`;
  const whole = Buffer.from(copied);
  for (let at = 0; at <= whole.length; at += 1) expect(await rowsOf(sending([whole.subarray(0, at), whole.subarray(at)]))).toEqual(EXPECTED);
  for (let at = 0; at < whole.length; at += 1) pieces.push(whole.subarray(at, at + 1));
  expect(await rowsOf(sending(pieces))).toEqual(EXPECTED);
});

test('what the database sends is what the test above cuts', async () => {
  const pieces: Buffer[] = [];
  const listening = { query: (stream: Readable) => client.query(stream as never) } as unknown as pg.ClientBase;
  await copyOut(listening, SELECT, ({ bytes }) => pieces.push(bytes));
  const sent = Buffer.concat([...new Set(pieces)]).toString();
  for (const [at, text] of TEXTS.entries()) expect(sent).toContain(`${at}\t${text === null ? '\\N' : escaped(text)}\tf\n`);
});

test('nothing comes of nothing, and much comes whole', async () => {
  expect(await rowsOf(client, 'SELECT 1 WHERE false')).toEqual([]);
  expect(await rowsOf(sending([]))).toEqual([]);
  const many = await rowsOf(client, "SELECT n, repeat('ü', n % 500) FROM generate_series(1, 20000) n", (row) => [row.number(0), row.text(1)?.length]);
  expect(many).toEqual(Array.from({ length: 20_000 }, (_, at) => [at + 1, (at + 1) % 500]));
});

test('a statement that fails, and a reader that does, end the copy and leave the connection usable or ended', async () => {
  await expect(rowsOf(client, 'SELECT 1/0')).rejects.toThrow('division by zero');
  await expect(rowsOf(client, 'SELECT nowhere')).rejects.toThrow('nowhere');
  expect(await rowsOf(client)).toEqual(EXPECTED);
  const other = new pg.Client({ connectionString: store.appUrl });
  await other.connect();
  await expect(copyOut(other, "SELECT n, repeat('x', 1000) FROM generate_series(1, 100000) n", () => { throw new Error('enough'); })).rejects.toThrow('enough');
  await other.end();
});

function escaped(text: string): string {
  const letters: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
  return text.replace(/[\\\t\n\r\b\f\v]/g, (letter) => letters[letter] as string);
}
