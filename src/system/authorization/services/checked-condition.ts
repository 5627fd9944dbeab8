import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { conditionFault } from '../engine/index.js';

const MOST_CHARACTERS = 2_000;

/**
 * The condition of an input, null when there is none.
 *
 * @throws PolityError `VALIDATION_FAILED` when it is empty, too long or does not compile
 */
export function checkedCondition(source: string | null | undefined, path: InputPath = ['input', 'condition']): string | null {
  if (source === null || source === undefined) return null;
  const fault = faultOfCondition(source);
  if (fault !== undefined) throw invalid(path, fault);
  return source;
}

/** What is wrong with the source of a condition, as a sentence; undefined when it can be stored and compiles. */
export function faultOfCondition(source: string): string | undefined {
  const length = Array.from(source).length;
  return length < 1 || length > MOST_CHARACTERS ? `A condition has 1 to ${MOST_CHARACTERS} characters.` : conditionFault(source);
}
