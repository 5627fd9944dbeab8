/** Kinds of facts in the order in which each may refer to those before it. */
export const FACT_KINDS = [
  'user', 'permission', 'group', 'member', 'role', 'user_member', 'role_permission', 'role_inheritance', 'member_role', 'separation_rule',
] as const;

/** One of {@link FACT_KINDS}. */
export type FactKind = (typeof FACT_KINDS)[number];

/** One line of a facts file, read and complete: absent fields have their defaults. */
export interface Fact {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly kind: FactKind;
  /** Values by field, `undefined` where a field has none; `id` may be made later for links. */
  readonly values: Record<string, unknown>;
}

/** What is wrong with one field of one line. */
export interface LineProblem {
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** Most problems that one answer lists. */
export const MOST_PROBLEMS = 100;
