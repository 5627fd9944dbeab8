import type { FactRow } from './fact-row.js';
import { GroupTree } from './group-tree.js';
import { Random } from './testing/random.js';

const group = (id: string, parent: string | null, path = id, status = 'active', removed = false): FactRow =>
  ({ kind: 'group', id, removed, body: { id, parent_group_id: parent, path, status } });

function tree(...rows: readonly FactRow[]): GroupTree {
  const made = new GroupTree('space_a');
  for (const row of rows) made.apply(row);
  made.settle();
  return made;
}

/** Ids of the Groups in the tree of another. */
function below(made: GroupTree, id: string): string[] {
  return [...made.within([made.row(id)!])].map((row) => made.id(row)).sort();
}

test('a Group has itself and what lies below it', () => {
  const made = tree(group('r', null), group('a', 'r', 'r.a'), group('aa', 'a', 'r.a.a'), group('b', 'r', 'r.b'), group('other', null));
  expect(['r', 'a', 'b', 'other'].map((id) => below(made, id))).toEqual([['a', 'aa', 'b', 'r'], ['a', 'aa'], ['b'], ['other']]);
  expect([...made.upwards(made.row('aa')!)].map((row) => made.id(row))).toEqual(['aa', 'a', 'r']);
  expect(made.fact(made.rowAt('r.a.a')!)).toEqual({ id: 'aa', spaceId: 'space_a', path: 'r.a.a', status: 'active' });
  expect(made.rowAt('r.a.none')).toBeUndefined();
});

test('it does not matter in which order Groups come', () => {
  const made = tree(group('aa', 'a'), group('a', 'r'), group('r', null), group('b', 'r'));
  expect(below(made, 'r')).toEqual(['a', 'aa', 'b', 'r']);
});

test('a Group whose parent is not there stands by itself, until the parent comes', () => {
  const made = tree(group('a', 'lost'), group('aa', 'a'));
  expect([below(made, 'a'), [...made.upwards(made.row('aa')!)].length]).toEqual([['a', 'aa'], 2]);
  made.apply(group('lost', null));
  expect(below(made, 'lost')).toEqual(['a', 'aa', 'lost']);
});

test('Groups in a circle are within nothing, and walking upwards ends', () => {
  const made = tree(group('x', 'y'), group('y', 'x'), group('self', 'self'), group('r', null), group('z', 'x'));
  for (const id of ['x', 'y', 'z', 'self']) {
    expect(below(made, id)).toEqual([]);
    expect(made.isWithin(made.row('r')!, made.row(id)!)).toBe(false);
  }
  expect([...made.upwards(made.row('z')!)].map((row) => made.id(row))).toEqual(['z', 'x', 'y']);
  made.apply(group('y', null));
  expect(below(made, 'y')).toEqual(['x', 'y', 'z']);
});

test('a subtree moves with all below it', () => {
  const made = tree(group('r', null), group('s', null), group('a', 'r'), group('aa', 'a'), group('aaa', 'aa'));
  made.apply(group('aa', 's', 's.aa'));
  made.apply(group('aaa', 'aa', 's.aa.aaa'));
  expect(['r', 's'].map((id) => below(made, id))).toEqual([['a', 'r'], ['aa', 'aaa', 's']]);
  expect([made.rowAt('s.aa.aaa'), made.rowAt('aaa')]).toEqual([made.row('aaa'), undefined]);
});

test('statuses count at once, also beside a change of the tree', () => {
  const made = tree(group('r', null), group('a', 'r'));
  made.apply(group('a', 'r', 'a', 'disabled'));
  expect([made.isActive(made.row('r')!), made.isActive(made.row('a')!)]).toEqual([true, false]);
  made.apply(group('b', 'a'));
  made.apply(group('a', 'r', 'a', 'active'));
  made.apply(group('r', null, 'r', 'disabled'));
  made.settle();
  expect(['r', 'a', 'b'].map((id) => made.isActive(made.row(id)!))).toEqual([false, true, true]);
});

test('a Group that went is there no more, and comes back under its number', () => {
  const made = tree(group('r', null), group('a', 'r', 'r.a'));
  const before = made.row('a');
  made.apply(group('a', 'r', 'r.a', 'active', true));
  expect([made.row('a'), made.rowAt('r.a'), below(made, 'r')]).toEqual([undefined, undefined, ['r']]);
  made.apply(group('never', null, 'never', 'active', true));
  made.apply(group('a', null, 'a'));
  expect([made.row('a'), made.id(before!)]).toEqual([before, 'a']);
  expect([below(made, 'r'), below(made, 'a')]).toEqual([['r'], ['a']]);
});

test('a tree is as deep as it is', () => {
  const made = tree(...Array.from({ length: 20_000 }, (_, depth) => group(`g${depth}`, depth === 0 ? null : `g${depth - 1}`)));
  expect([...made.within([made.row('g0')!])]).toHaveLength(20_000);
  expect(made.isWithin(made.row('g10000')!, made.row('g19999')!)).toBe(true);
  expect(made.isWithin(made.row('g10001')!, made.row('g10000')!)).toBe(false);
});

test.each([1, 2, 3])('agrees with following parents (seed %d)', (seed) => {
  const random = new Random(seed);
  const made = new GroupTree('space_a');
  const parents = new Map<string, string | null>();
  const leads = (from: string, to: string): boolean => {
    for (let [at, steps] = [from as string | null | undefined, 0]; typeof at === 'string' && parents.has(at) && steps < 30; at = parents.get(at), steps += 1) if (at === to) return true;
    return false;
  };
  const isRooted = (id: string): boolean => {
    for (let [at, steps] = [id, 0]; steps < 30; steps += 1) {
      const parent = parents.get(at);
      if (typeof parent !== 'string' || !parents.has(parent)) return true;
      at = parent;
    }
    return false;
  };
  for (let step = 0; step < 600; step += 1) {
    const id = `g${random.below(20)}`;
    const isGone = random.chance(0.1);
    const parent = random.chance(0.8) ? `g${random.below(22)}` : null;
    made.apply(group(id, parent, id, 'active', isGone));
    if (isGone) parents.delete(id);
    else parents.set(id, parent);
    if (!random.chance(0.5)) continue;
    made.settle();
    const ids = [...parents.keys()];
    const pairs = (isInside: (root: string, inside: string) => boolean): string[] => ids.flatMap((root) => ids.filter((inside) => isInside(root, inside)).map((inside) => `${root} ${inside}`));
    expect(pairs((root, inside) => made.isWithin(made.row(root)!, made.row(inside)!))).toEqual(pairs((root, inside) => isRooted(inside) && leads(inside, root)));
  }
});
