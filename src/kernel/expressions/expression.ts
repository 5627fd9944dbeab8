import { EvaluationError } from '@marcbachmann/cel-js';
import type { Bindings } from './bindings.js';
import { MOST_STEPS, type CostBound } from './cost-bound.js';
import type { FieldReference } from './declarations.js';
import { placeOf } from './expression-error.js';

/** What an evaluation gives: true, false, or why there is no answer (a code, with its place in the source where there is one). */
export type Evaluation = boolean | { readonly error: string };

/** What a compiled expression is made of. */
export interface ExpressionParts {
  readonly source: string;
  readonly references: readonly FieldReference[];
  readonly cost: CostBound;
  readonly run: (context: Record<string, Record<string, unknown>>) => unknown;
}

/** A compiled expression over declared variables. Deterministic, without effects, and its time is bounded whatever the data. */
export class Expression {
  constructor(private readonly parts: ExpressionParts) {}

  get source(): string {
    return this.parts.source;
  }

  /** The fields that it reads: all that its answer can depend on. */
  get references(): readonly FieldReference[] {
    return this.parts.references;
  }

  /** Evaluates over the values of one question. Never throws. The same values always give the same answer. */
  evaluate(bindings: Bindings): Evaluation {
    const { references, cost, run } = this.parts;
    const held = Error.stackTraceLimit;
    // Errors are values here, thousands of them under `exists`; their stacks would cost most of the time.
    Error.stackTraceLimit = 0;
    try {
      if (bindings.meter?.isExhausted === true) return { error: 'cost' };
      const steps = cost.over(bindings);
      if (steps > MOST_STEPS || bindings.meter?.spend(steps) === false) return { error: 'cost' };
      const result = run(contextOf(references, bindings));
      return typeof result === 'boolean' ? result : { error: 'not_boolean' };
    } catch (error) {
      return { error: this.describe(error) };
    } finally {
      Error.stackTraceLimit = held;
    }
  }

  // The library's sentences may quote data; its codes do not.
  private describe(error: unknown): string {
    if (!(error instanceof EvaluationError)) return error instanceof RangeError ? 'out_of_range' : 'invalid_value';
    if (error.range === undefined) return error.code;
    const { line, column } = placeOf(this.source, error.range.start);
    return `${error.code} at ${line}:${column}`;
  }
}

function contextOf(references: readonly FieldReference[], bindings: Bindings): Record<string, Record<string, unknown>> {
  const context: Record<string, Record<string, unknown>> = {};
  for (const reference of references) (context[reference.variable] ??= {})[reference.field] = bindings.read(reference).value;
  return context;
}
