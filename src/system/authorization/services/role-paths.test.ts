import fc from 'fast-check';
import type { RoleFact } from '../engine/index.js';
import { RolePaths } from './role-paths.js';

const role = (id: string, status = 'active'): RoleFact => ({ id, key: id, spaceId: 'space_a', status });
const graph = (roles: readonly RoleFact[], edges: readonly (readonly [string, string])[]): RolePaths => {
  const paths = new RolePaths();
  for (const each of roles) paths.addRole(each);
  for (const [from, to] of edges) paths.addInheritance(from, to);
  return paths;
};
const shown = (paths: RolePaths, start: string): Record<string, string[]> =>
  Object.fromEntries([...paths.from(start)].map(([id, path]) => [id, path.map((each) => each.id)]));

test('a Role alone has itself', () => {
  expect(shown(graph([role('r0')], []), 'r0')).toEqual({ r0: [] });
});

test('the shortest way counts, the first by ids among equals', () => {
  const roles = ['r0', 'rb', 'ra', 'rc', 'rz'].map((id) => role(id));
  expect(shown(graph(roles, [['r0', 'rb'], ['r0', 'ra'], ['rb', 'rz'], ['ra', 'rz'], ['ra', 'rc'], ['rz', 'rc']]), 'r0'))
    .toEqual({ r0: [], ra: ['ra'], rb: ['rb'], rz: ['ra', 'rz'], rc: ['ra', 'rc'] });
});

test('a longer way over active Roles counts before a shorter one over a disabled Role', () => {
  const roles = [role('r0'), role('off', 'disabled'), role('r1'), role('r2'), role('end')];
  expect(shown(graph(roles, [['r0', 'off'], ['off', 'end'], ['r0', 'r1'], ['r1', 'r2'], ['r2', 'end']]), 'r0')['end']).toEqual(['r1', 'r2', 'end']);
  expect(shown(graph(roles, [['r0', 'off'], ['off', 'end']]), 'r0')['end']).toEqual(['off', 'end']);
});

test('cycles end, and a chain is followed for 16 steps', () => {
  const roles = Array.from({ length: 20 }, (_, index) => role(`r${String(index).padStart(2, '0')}`));
  const chain = roles.slice(1).map((each, index) => [roles[index]!.id, each.id] as const);
  const found = shown(graph(roles, [...chain, ['r19', 'r00'], ['r03', 'r03']]), 'r00');
  expect(Object.keys(found)).toHaveLength(17);
  expect(found['r16']).toHaveLength(16);
});

test('a dense graph costs no more than its edges', () => {
  const roles = Array.from({ length: 120 }, (_, index) => role(`r${String(index).padStart(3, '0')}`));
  const edges = roles.flatMap((from) => roles.map((to) => [from.id, to.id] as const));
  expect(graph(roles, edges).from('r000').size).toBe(120);
});

test('agrees with looking at every way', () => {
  const ids = ['r0', 'r1', 'r2', 'r3', 'r4'];
  const edge = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
  fc.assert(fc.property(fc.array(edge, { maxLength: 12 }), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (edges, active) => {
    const roles = ids.map((id, index) => role(id, active[index] === true ? 'active' : 'disabled'));
    const ways = new Map<string, string[][]>([['r0', [[]]]]);
    const follow = (at: string, way: string[]): void => {
      for (const [from, to] of edges) {
        if (from !== at || to === 'r0' || way.includes(to)) continue;
        ways.set(to, [...(ways.get(to) ?? []), [...way, to]]);
        follow(to, [...way, to]);
      }
    };
    follow('r0', []);
    const isActive = (way: string[]): boolean => way.every((id) => active[ids.indexOf(id)]);
    const rank = (way: string[]): string => `${isActive(way) ? 0 : 1}${way.length}${way.join()}`;
    const best = Object.fromEntries([...ways].map(([id, all]) => [id, all.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0]]));
    expect(shown(graph(roles, edges), 'r0')).toEqual(best);
  }), { numRuns: 2_000 });
});
