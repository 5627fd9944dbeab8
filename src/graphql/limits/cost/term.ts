import { MOST_COST, saturated } from './defaults.js';

/** Values of an operation's variables by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** One evaluation of a cost: the variables, and what was evaluated already. */
export class Evaluation {
  private readonly known = new Map<Formula, number>();

  constructor(readonly variables: Variables) {}

  /** The value of a formula that several others hold, evaluated once. */
  once(formula: Formula): number {
    const known = this.known.get(formula);
    if (known !== undefined) return known;
    const value = formula(this);
    this.known.set(formula, value);
    return value;
  }
}

/** A cost that depends on variables. */
export type Formula = (evaluation: Evaluation) => number;

/** A cost: known, or a formula over variables. The functions of this file fold what is known. */
export type Term = number | Formula;

/** The value of a term. */
export function valueOf(term: Term, evaluation: Evaluation): number {
  return typeof term === 'number' ? term : term(evaluation);
}

/** The sum of terms. Below nothing is allowed here, because a weight may be; see {@link floor}. */
export function sum(terms: readonly Term[]): Term {
  const formulas = terms.filter((term) => typeof term === 'function');
  const known = terms.reduce<number>((total, term) => (typeof term === 'number' ? Math.min(total + term, MOST_COST) : total), 0);
  if (formulas.length === 0) return known;
  if (formulas.length === 1 && known === 0) return formulas[0] as Formula;
  return (evaluation) => formulas.reduce((total, formula) => Math.min(total + formula(evaluation), MOST_COST), known);
}

/** The product of a size and a cost. */
export function product(size: Term, cost: Term): Term {
  if (cost === 0 && typeof size === 'number') return 0;
  if (size === 1) return cost;
  if (typeof size === 'number' && typeof cost === 'number') return Math.min(size * cost, MOST_COST);
  return (evaluation) => Math.min(valueOf(size, evaluation) * valueOf(cost, evaluation), MOST_COST);
}

/** The largest of some terms; nothing when there are none. */
export function largest(terms: readonly Term[]): Term {
  const [first, ...rest] = new Set(terms);
  if (first === undefined) return 0;
  if (rest.length === 0) return first;
  const formulas = [first, ...rest].filter((term) => typeof term === 'function');
  const known = [first, ...rest].filter((term) => typeof term === 'number');
  if (formulas.length === 0) return Math.max(...known);
  return (evaluation) => Math.max(...known, ...formulas.map((formula) => formula(evaluation)));
}

/** A term that is never below nothing and never above the most. */
export function floor(term: Term): Term {
  return typeof term === 'number' ? saturated(term) : (evaluation) => saturated(term(evaluation));
}

/** A term that an evaluation works out once, however many others hold it. */
export function shared(term: Term): Term {
  return typeof term === 'number' ? term : (evaluation) => evaluation.once(term);
}
