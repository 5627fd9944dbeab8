import { assertTransition, CAPABILITY_TRANSITIONS, isUp, type CapabilityState } from './capability-state.js';

const STATES = Object.keys(CAPABILITY_TRANSITIONS) as CapabilityState[];
const moves = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));
const legal = moves.filter(([from, to]) => CAPABILITY_TRANSITIONS[from].includes(to));
const illegal = moves.filter(([from, to]) => !CAPABILITY_TRANSITIONS[from].includes(to));

describe('transition table', () => {
  test.each(legal)('%s -> %s', (from, to) => {
    expect(() => assertTransition('a.capability', from, to)).not.toThrow();
  });

  test.each(illegal)('%s -> %s is refused', (from, to) => {
    expect(() => assertTransition('a.capability', from, to)).toThrow(
      expect.objectContaining({ code: 'INTERNAL_ERROR', message: `"a.capability" cannot go from ${from} to ${to}.` }),
    );
  });

  test('the way up has no short cut', () => {
    const way: CapabilityState[] = ['discovered', 'validated', 'migrated', 'registered', 'starting', 'ready'];
    for (const [index, from] of way.entries()) {
      const further = way.slice(index + 1);
      expect(CAPABILITY_TRANSITIONS[from].filter((to) => further.includes(to))).toEqual(further.slice(0, 1));
    }
  });

  test('stopped is final, and every other state can fail or stop in the end', () => {
    expect(CAPABILITY_TRANSITIONS.stopped).toEqual([]);
    const reaches = (from: CapabilityState, seen = new Set<CapabilityState>()): boolean =>
      from === 'stopped' || (!seen.has(from) && CAPABILITY_TRANSITIONS[from].some((to) => reaches(to, seen.add(from))));
    expect(STATES.filter((state) => !reaches(state))).toEqual([]);
  });

  test('only ready and degraded serve', () => {
    expect(STATES.filter(isUp)).toEqual(['ready', 'degraded']);
  });
});
