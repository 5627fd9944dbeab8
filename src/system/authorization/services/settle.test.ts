import type { Facts, GrantFact } from '../engine/index.js';
import { FR_1, FR_1_FACTS } from '../testing/finance-facts.js';
import { grant } from '../testing/explain.js';
import type { Ask } from './ask.js';
import { settle } from './settle.js';

const NOW = Date.parse('2026-05-06T00:00:00Z');
const LIST = Array.from({ length: 36 }, (_, index) => index);
/** True, and not cheap: each item with each other. */
const COSTLY = 'request.context.list.all(x, request.context.list.exists(y, x == y && y >= 0))';

const ask = (index: number, list: readonly number[] = LIST): Ask => ({
  question: { ...FR_1, input: { context: { list } } }, mode: 'stored', places: [], inline: {}, names: {}, path: ['input', 'items', index],
});
const asks = (length: number): Ask[] => Array.from({ length }, (_, index) => ask(index));
const source = (grants: readonly GrantFact[]) => ({ load: async (requests: readonly unknown[]): Promise<Facts[]> => requests.map(() => ({ ...FR_1_FACTS, grants })) });
const conditional = (condition: string): GrantFact => grant({ permission: { condition } });

test('notes what conditions gave, by the id of whose they are', async () => {
  const grants = [
    grant({ role: { key: 'a' }, permission: { id: 'perm_a', condition: 'false' } }), grant({ role: { key: 'b' }, permission: { id: 'perm_b', condition: 'request.context.none' } }),
    grant({ role: { key: 'c' }, permission: { id: 'perm_c', condition: 'true' }, memberRole: { id: 'mr_c', condition: 'size(request.context.list) == 36' } }),
    grant({ role: { key: 'd' }, permission: { id: 'perm_d', condition: 'true' } }),
  ];
  const [plain] = await settle(source(grants), [ask(0)], NOW);
  expect([plain!.decision.decision, plain!.conditions, plain!.candidates]).toEqual(['ALLOW', { perm_a: false, perm_b: 'no_such_key at 1:17', perm_c: true, mr_c: true }, []]);
  const [explained] = await settle(source(grants), [ask(0)], NOW, { isExplained: true });
  expect([explained!.candidates.length, explained!.conditions]).toEqual([4, { ...plain!.conditions, perm_d: true }]);
  expect((await settle(source([grant({})]), [ask(0)], NOW))[0]).not.toHaveProperty('conditions');
});

test('a call whose conditions cost too much together is refused, and leaves others their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  try {
    expect((await settle(source([conditional(COSTLY)]), asks(50), NOW)).every(({ decision }) => decision.decision === 'ALLOW')).toBe(true);
    turns = 0;
    await expect(settle(source([conditional(COSTLY)]), asks(3_000), NOW)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE', path: ['input', 'items', expect.any(Number)] });
    expect(turns).toBeGreaterThan(3);
  } finally {
    clearInterval(timer);
  }
});

test('one question with too many conditions is refused, whatever it would have been answered', async () => {
  const grants = Array.from({ length: 3_000 }, (_, index) => grant({ memberRole: { id: `mr_${index}` }, permission: { condition: `${COSTLY} && ${index} < 0` } }));
  await expect(settle(source(grants), [ask(0)], NOW)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  await expect(settle(source([...grants, grant({ role: { key: 'z' } })]), [ask(0)], NOW)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  expect((await settle(source(grants), [ask(0)], NOW, { isGuard: true }))[0]!.decision).toMatchObject({ decision: 'DENY', denyCode: 'CONDITION_NOT_MET' });
});
