import { createHash } from 'node:crypto';
import { startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { sql } from '../../../../persistence/index.js';
import { trustedDocumentsRef } from './trusted-documents.js';

let plane: TestControlPlane;
beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.close());

const documents = () => plane.get(trustedDocumentsRef);
const one = (id: string, document = `{ ${id} }`) => ({ id, name: null, document });
const ids = async (): Promise<string[]> => (await documents().all()).map(({ id }) => id);

test('holds what was registered, with the hash of its text', async () => {
  expect(await documents().register(await plane.as(), [{ id: 'app:one', name: 'One', document: '{ one }' }, one('two')])).toEqual({ registered: ['app:one', 'two'], errors: [] });
  expect(await documents().all()).toEqual([
    { id: 'app:one', name: 'One', document: '{ one }', hash: createHash('sha256').update('{ one }').digest('hex') },
    { id: 'two', name: null, document: '{ two }', hash: createHash('sha256').update('{ two }').digest('hex') },
  ]);
  expect((await documents().list()).map(({ id, bytes }) => [id, bytes])).toEqual([['app:one', 7], ['two', 7]]);
  expect(plane.audited).toMatchObject([{ type: 'documents.registered', details: { count: 2, ids: ['app:one', 'two'] } }]);
});

test('raises the revision, by which nodes hear of it, and writes nothing down when nothing changes', async () => {
  const revision = async (): Promise<unknown> => (await plane.run(sql`SELECT count(*)::int AS changes FROM sys_authz.fact_version WHERE kind = 'trusted_document'`))[0]?.['changes'];
  await documents().register(await plane.as(), [one('one')]);
  expect(await revision()).toBe(1);
  expect(await documents().register(await plane.as(), [one('one')])).toEqual({ registered: [], errors: [] });
  expect([await revision(), plane.audited.length]).toEqual([1, 1]);
  expect(await documents().remove(await plane.as(), ['one'])).toEqual({ removed: ['one'], errors: [] });
  expect([await revision(), plane.audited.length]).toEqual([2, 2]);
});

test.each([
  ['an id of another text', [one('new'), one('old', '{ other }')], 'ALREADY_EXISTS', ['input', 'documents', '1', 'id']],
  ['a text of another id', [one('new'), one('other', '{ old }')], 'ALREADY_EXISTS', ['input', 'documents', '1', 'id']],
  ['a text that no row can hold', [one('new', '{ a\u0000 }')], 'VALIDATION_FAILED', ['input', 'documents', '0', 'document']],
])('refuses %s, and then registers nothing', async (_what, input, code, path) => {
  await documents().register(await plane.as(), [one('old')]);
  const { errors } = await documents().register(await plane.as(), input);
  expect(errors).toMatchObject([{ code, path }]);
  expect(await ids()).toEqual(['old']);
  expect(plane.audited.length).toBe(1);
});

test('removes all or nothing', async () => {
  await documents().register(await plane.as(), [one('one'), one('two')]);
  expect((await documents().remove(await plane.as(), ['one', 'none'])).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'ids', '1'] }]);
  expect(await ids()).toEqual(['one', 'two']);
  expect((await documents().remove(await plane.as(), ['one', 'two'])).removed).toEqual(['one', 'two']);
  expect(await ids()).toEqual([]);
});

test('an instance holds so many, also when two register at once', async () => {
  const many = (from: number) => Array.from({ length: 6_000 }, (_, index) => one(`doc-${from + index}`));
  const answers = await Promise.all([0, 6_000].map(async (from) => documents().register(await plane.as(), many(from))));
  expect(answers.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(['IMPORT_INVALID']);
  expect((await ids()).length).toBe(6_000);
}, 30_000);
