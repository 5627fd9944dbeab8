import { compileExpression } from '../../../../kernel/expressions/index.js';
import { CONDITION_DECLARATIONS, conditionFault } from '../../engine/index.js';
import type { RecordedQuestion } from './recorded-questions.js';

/** What the answer of a condition depends on. */
export interface ConditionReads {
  /** Something that came along with the question and that the log does not keep. */
  readonly input: boolean;
  /** The path of the Group of the Resource. */
  readonly groupPath: boolean;
}

/** What a condition reads of a recorded question. One that does not compile could read anything. */
export function unrecordedReads({ isInputKnown, isInline }: Pick<RecordedQuestion, 'isInputKnown' | 'isInline'>, condition: string): ConditionReads {
  if (conditionFault(condition) !== undefined) return { input: !isInputKnown, groupPath: true };
  const { references } = compileExpression(condition, CONDITION_DECLARATIONS);
  const reads = (name: string): boolean => references.some(({ variable, field }) => `${variable}.${field}` === name);
  // Of a Resource that came along the log keeps all but the metadata.
  const isGiven = reads('request.context') || (isInline && reads('resource.metadata')) || references.some(({ field }) => field === 'properties');
  return { input: !isInputKnown && isGiven, groupPath: reads('resource.groupPath') };
}
