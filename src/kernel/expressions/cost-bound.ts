import type { Bindings } from './bindings.js';
import type { FieldReference } from './declarations.js';
import { estimateCost } from './estimate-cost.js';
import { sizeAt, type Size } from './json-value.js';
import type { Node } from './syntax-tree.js';

/** Most steps of one evaluation. Measured: it is over in 20 ms when every step fails on a slow machine, else much sooner. */
export const MOST_STEPS = 40_000;

const NOTHING: Size = { characters: 0, values: 1 };

/** Bounds what the evaluations of one expression cost. */
export class CostBound {
  private readonly bySize: number[] = [];
  private readonly byName: ReadonlyMap<string, FieldReference>;

  constructor(
    private readonly root: Node,
    private readonly references: readonly FieldReference[],
  ) {
    this.byName = new Map(references.map((reference) => [nameOf(reference.variable, reference.field), reference]));
  }

  /** Steps with next to no data. */
  get least(): number {
    return this.ofSize(0);
  }

  /**
   * Steps over some data, at most. Their size alone gives a bound, in powers of two and computed once; a closer look is taken only
   * when that is too much.
   */
  over(bindings: Bindings): number {
    const size = bindings.sizeOf(this.references);
    const steps = this.ofSize(Math.ceil(Math.log2(Math.max(size, 1))));
    if (steps <= MOST_STEPS) return steps;
    return estimateCost(this.root, ({ variable, field, path }) => {
      const { value } = bindings.read(this.byName.get(nameOf(variable, field)) as FieldReference);
      return sizeAt(value, path) ?? NOTHING;
    }).steps;
  }

  private ofSize(power: number): number {
    const bound = { characters: 2 ** power, values: 2 ** power };
    return (this.bySize[power] ??= estimateCost(this.root, () => bound).steps);
  }
}

function nameOf(variable: string, field: string): string {
  return `${variable}.${field}`;
}
