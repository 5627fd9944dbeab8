import { GroupCommit, type GroupCommitOptions } from './group-commit.js';

/** Statements of a store that answers when told. */
function storeOf(options: Partial<GroupCommitOptions<string>> = {}) {
  const statements: { readonly rows: readonly string[]; readonly succeed: () => void; readonly fail: (error: unknown) => void }[] = [];
  const commit = new GroupCommit<string>({
    writers: 1, mostPerStatement: 3, mostWaiting: 10, ...options,
    store: (rows) => new Promise((succeed, fail) => statements.push({ rows, succeed, fail })),
  });
  const statement = async (index: number) => {
    while (statements[index] === undefined) await new Promise((resolve) => setImmediate(resolve));
    return statements[index];
  };
  return { commit, statements, statement };
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

test('callers of one moment share a statement, and each resolves after it', async () => {
  const { commit, statements, statement } = storeOf();
  let done = 0;
  const writes = [['a'], ['b', 'c'], ['d']].map((rows) => commit.write(rows).then(() => done++));
  expect((await statement(0)).rows).toEqual(['a', 'b', 'c']);
  expect(done).toBe(0);
  statements[0]!.succeed();
  expect((await statement(1)).rows).toEqual(['d']);
  expect(done).toBe(2);
  statements[1]!.succeed();
  await Promise.all(writes);
});

test('a call is never cut, and a statement that fails is taken apart by call', async () => {
  const { commit, statements, statement } = storeOf({ mostPerStatement: 4 });
  const results = Promise.allSettled([commit.write(['a']), commit.write(['bad', 'with it']), commit.write(['c'])]);
  (await statement(0)).fail(failure('23514'));
  for (const index of [1, 2, 3]) {
    const { rows, succeed, fail } = await statement(index);
    if (rows.includes('bad')) fail(failure('23514'));
    else succeed();
  }
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(statements.map(({ rows }) => rows)).toEqual([['a', 'bad', 'with it', 'c'], ['a'], ['bad', 'with it'], ['c']]);
});

test('a lost race is run again, also for a single call', async () => {
  const { commit, statement } = storeOf();
  const write = commit.write(['a']);
  (await statement(0)).fail(failure('40P01'));
  (await statement(1)).succeed();
  await expect(write).resolves.toBeUndefined();
});

test('nothing is written again after a lost connection: it may have been written', async () => {
  const { commit, statements, statement } = storeOf();
  const results = Promise.allSettled([commit.write(['a']), commit.write(['b'])]);
  (await statement(0)).fail(failure('57P01'));
  for (const result of await results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } });
  expect(statements).toHaveLength(1);
});

test('turns callers away when too much waits', async () => {
  const { commit, statement } = storeOf({ mostWaiting: 3 });
  const first = commit.write(['a']);
  await statement(0);
  const second = commit.write(['b', 'c']);
  await expect(commit.write(['d', 'e'])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  (await statement(0)).succeed();
  (await statement(1)).succeed();
  await Promise.all([first, second]);
});

test('closing waits for what was taken and takes nothing more', async () => {
  const { commit, statement } = storeOf();
  const write = commit.write(['a']);
  const closed = commit.close();
  await expect(commit.write(['b'])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  (await statement(0)).succeed();
  await Promise.all([write, closed]);
});
