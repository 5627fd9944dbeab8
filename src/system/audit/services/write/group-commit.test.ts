import { GroupCommit, type GroupCommitOptions } from './group-commit.js';

/** Statements of a store that answers when told. */
function storeOf(options: Partial<GroupCommitOptions<string>> = {}) {
  const statements: { readonly rows: readonly string[]; readonly succeed: () => void; readonly fail: (error: unknown) => void }[] = [];
  const commit = new GroupCommit<string>({
    writers: 1, mostPerStatement: 3, worthAnother: 1, patienceMs: 60_000, mostWaiting: 10, ...options,
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

test('a further statement begins beside one under way with as many rows as it is worth', async () => {
  const { commit, statements, statement } = storeOf({ writers: 2, worthAnother: 3, mostPerStatement: 10 });
  const first = commit.write(['a']);
  await statement(0);
  const others = [commit.write(['b']), commit.write(['c'])];
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(statements).toHaveLength(1);
  others.push(commit.write(['d']));
  expect((await statement(1)).rows).toEqual(['b', 'c', 'd']);
  // Both writers are at work: what comes now waits, however much it is.
  const last = commit.write(['e', 'f', 'g', 'h']);
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(statements).toHaveLength(2);
  statements[0]!.succeed();
  expect((await statement(2)).rows).toEqual(['e', 'f', 'g', 'h']);
  for (const each of statements) each.succeed();
  await Promise.all([first, ...others, last]);
});

test('few rows go by themselves when the statement under way takes long', async () => {
  const { commit, statements, statement } = storeOf({ writers: 2, worthAnother: 100, patienceMs: 20 });
  const first = commit.write(['a']);
  await statement(0);
  const began = performance.now();
  const second = commit.write(['b']);
  const { rows, succeed } = await statement(1);
  expect(rows).toEqual(['b']);
  expect(performance.now() - began).toBeGreaterThan(15);
  succeed();
  await second;
  statements[0]!.succeed();
  await first;
});

test('few rows go with those that wait when the statement under way ends', async () => {
  const { commit, statements, statement } = storeOf({ writers: 2, worthAnother: 100 });
  const first = commit.write(['a']);
  await statement(0);
  const others = [commit.write(['b']), commit.write(['c'])];
  statements[0]!.succeed();
  expect((await statement(1)).rows).toEqual(['b', 'c']);
  statements[1]!.succeed();
  await Promise.all([first, ...others]);
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
