import { wideField, WIDE_FIELDS } from './schema.js';
import { NESTED_LEVELS } from './shapes.js';

// Ready objects, the same for every contender: what is measured is the way of an operation, not the making of its data.

interface Nested {
  readonly level: number;
  readonly child: Nested | null;
}

const ITEMS = Array.from({ length: 100 }, (_, number) => ({
  id: `item-${String(number).padStart(4, '0')}`, name: `Item ${number}`, price: number + 0.5, active: number % 2 === 0, note: `note ${number}`,
}));
const NESTED = Array.from({ length: NESTED_LEVELS }).reduce<Nested | null>((child, _, index) => ({ level: NESTED_LEVELS - index, child }), null);
const WIDE = Object.fromEntries(Array.from({ length: WIDE_FIELDS }, (_, number) => [wideField(number), `value ${number}`]));

/** Resolvers of the root fields; fields below have none. */
export const BENCH_RESOLVERS = {
  Query: {
    benchHello: (): string => 'world',
    benchItems: () => ITEMS,
    benchNested: () => NESTED,
    benchGuardedItems: () => ITEMS,
    benchPartlyDeniedItems: () => ITEMS,
    benchWide: () => WIDE,
    benchGuardedWide: () => WIDE,
  },
};
