/** One condition of a guard. Alternatives are OR over lists that are AND. */
export type Clause =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'policies'; readonly anyOf: readonly (readonly string[])[] }
  | CanClause;

/** A question to the authorization engine about the object at hand or about an argument. */
export interface CanClause {
  readonly kind: 'can';
  readonly action: string;
  readonly resource: string;
  readonly id: string;
}

/** A condition on the caller alone: decided once per request. */
export type CallerClause = Exclude<Clause, CanClause>;

/** What a field needs: the AND of its clauses. Empty = open. */
export type Requirement<C extends Clause = Clause> = readonly C[];

const interned = new Map<string, Clause>();

/** The one object for a clause, so that a request decides it once. */
export function intern(clause: Clause): Clause {
  const key = JSON.stringify(clause);
  const known = interned.get(key);
  if (known !== undefined) return known;
  interned.set(key, clause);
  return clause;
}

/** AND of requirements, each clause once. */
export function allOf<C extends Clause>(...requirements: readonly Requirement<C>[]): Requirement<C> {
  return [...new Set(requirements.flat())];
}

/** True for clauses that depend on the caller alone, not on the object or the arguments. */
export function dependsOnCallerOnly(clause: Clause): clause is CallerClause {
  return clause.kind !== 'can';
}
