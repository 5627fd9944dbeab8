import { Kind, type DirectiveNode } from 'graphql';
import type { Term, Variables } from './term.js';

/**
 * When a selection counts: all of its parts must hold, each a variable that is not false, or with `!` one that is not true. Empty =
 * always, undefined = never.
 */
export type Condition = readonly string[] | undefined;

/** Counts always. */
export const ALWAYS: Condition = [];

/** What `@skip` and `@include` say; literals are decided here. */
export function conditionOf(directives: readonly DirectiveNode[] | undefined): Condition {
  let condition: Condition = ALWAYS;
  for (const { name, arguments: given } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = given?.find((argument) => argument.name.value === 'if')?.value;
    const wanted = name.value === 'include';
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
    if (value?.kind === Kind.VARIABLE) condition = both(condition, [`${wanted ? '' : '!'}${value.name.value}`]);
  }
  return condition;
}

/** Holds when both do. */
export function both(one: Condition, other: Condition): Condition {
  if (one === undefined || other === undefined) return undefined;
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
  const parts = [...new Set([...one, ...other])].toSorted();
  return parts.some((part) => parts.includes(`!${part}`)) ? undefined : parts;
}

/** The term where one of the conditions holds, else nothing. */
export function whenAny(conditions: readonly Condition[], term: Term): Term {
  const possible = conditions.filter((condition) => condition !== undefined);
  if (term === 0 || possible.length === 0) return 0;
  if (possible.some(({ length }) => length === 0)) return term;
  return (evaluation) => {
    if (!possible.some((condition) => condition.every((part) => holds(part, evaluation.variables)))) return 0;
    return typeof term === 'number' ? term : term(evaluation);
  };
}

/** True when one of the conditions holds. */
export function holdsAny(conditions: readonly Condition[], variables: Variables): boolean {
  return conditions.some((condition) => condition?.every((part) => holds(part, variables)) === true);
}

// What is no Boolean is refused before anything runs; until then it counts.
function holds(part: string, variables: Variables): boolean {
  return part.startsWith('!') ? variables[part.slice(1)] !== true : variables[part] !== false;
}
