import type { CostMeter } from './cost-meter.js';
import type { Declarations, FieldReference } from './declarations.js';
import { fromJson, type MeasuredValue, type Size } from './json-value.js';

/** Values of one evaluation or of many: each field is taken over once, when an expression first reads it. */
export class Bindings {
  private readonly taken = new Map<string, MeasuredValue>();

  /**
   * @param values - by variable and field; undefined and null are absent, which `has()` finds out and reading fails on
   * @param meter - where the cost of evaluations over these values is added up
   */
  constructor(
    private readonly values: Readonly<Record<keyof Declarations, Readonly<Record<string, unknown>>>>,
    readonly meter?: CostMeter,
  ) {}

  /** @throws Error for a value that is not of the declared type */
  read(reference: FieldReference): MeasuredValue {
    const key = `${reference.variable}.${reference.field}`;
    const held = this.taken.get(key);
    if (held !== undefined) return held;
    const taken = take(reference, this.values[reference.variable]?.[reference.field]);
    this.taken.set(key, taken);
    return taken;
  }

  /** Size of what some fields hold together. */
  sizeOf(references: readonly FieldReference[]): number {
    return references.reduce((sum, reference) => sum + weight(this.read(reference)), 0);
  }
}

function weight({ characters, values }: Size): number {
  return characters + values;
}

function take({ variable, field, type }: FieldReference, input: unknown): MeasuredValue {
  if (input === undefined || input === null) return { value: undefined, characters: 0, values: 1 };
  if (type === 'json') return fromJson(input);
  if (type === 'string' && typeof input === 'string') return { value: input, characters: input.length, values: 1 };
  if (type === 'bool' && typeof input === 'boolean') return { value: input, characters: 0, values: 1 };
  if (type === 'int' && Number.isSafeInteger(input)) return { value: BigInt(input as number), characters: 0, values: 1 };
  if (type === 'timestamp' && typeof input === 'number' && Number.isFinite(input)) return { value: new Date(input), characters: 0, values: 1 };
  throw new TypeError(`${variable}.${field} is no ${type}`);
}
