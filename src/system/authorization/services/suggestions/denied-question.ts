import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../../shared/contracts/index.js';
import type { Ask } from '../ask.js';
import { askingActor } from '../asking-actor.js';
import { withAskingCaller } from '../asking-caller.js';
import { AskingRights, CHECK_KEY } from '../asking-rights.js';
import { modeOf, type CheckInput } from '../check-input.js';
import { checkedId, required } from '../input-checks.js';
import { readAsk } from '../read-ask.js';
import { recordedEvent, type RecordedQuestion } from '../what-if/recorded-questions.js';
import { PATH, type SuggestGrantsInput } from './suggestion-input.js';

/** The question that was denied. */
export interface DeniedQuestion {
  readonly ask: Ask;
  /** Given for one out of the log. */
  readonly recorded: RecordedQuestion | undefined;
  /** Where the caller may ask. */
  readonly rights: AskingRights;
}

/**
 * Reads the question that is asked about: out of the log, or as it is put.
 *
 * @throws PolityError `AUDIT_EVENT_NOT_FOUND`, `ADMIN_PERMISSION_REQUIRED` where the caller may ask nothing at all, `VALIDATION_FAILED`
 */
export function deniedQuestion(executor: SqlExecutor, context: RequestContext, { auditEventId, question }: SuggestGrantsInput): Promise<DeniedQuestion> {
  const isQuestion = question !== undefined && question !== null;
  if (isQuestion === (auditEventId !== undefined && auditEventId !== null)) throw invalid(PATH, 'Name a decision, or ask a question: one of the two.');
  if (isQuestion) return asked(executor, context, question, [...PATH, 'question']);
  const path = [...PATH, 'auditEventId'];
  return recordedAt(executor, context, required(checkedId(auditEventId, path), path), path);
}

async function asked(executor: SqlExecutor, context: RequestContext, question: CheckInput, path: (string | number)[]): Promise<DeniedQuestion> {
  if (modeOf(question) === 'inline') throw invalid(path, 'Suggestions are about stored actors and grants.');
  if (question.asOf !== undefined && question.asOf !== null) throw invalid([...path, 'asOf'], 'Suggestions are about the present.');
  const asking = await withAskingCaller(context, [question], () => path);
  const actor = await askingActor(executor, asking, question.actor, [...path, 'actor']);
  const ask = readAsk(asking, question, actor, path);
  const rights = new AskingRights(asking);
  await rights.assertBefore(executor, [ask]);
  return { ask, recorded: undefined, rights };
}

// Who may not ask a question may not learn that it was asked either.
async function recordedAt(executor: SqlExecutor, context: RequestContext, auditEventId: string, path: InputPath): Promise<DeniedQuestion> {
  const event = await recordedEvent(executor, auditEventId);
  if (event === undefined) throw notFound('AuditEvent', path);
  const { spaceId, groupPath, question: recorded } = event;
  const place = { spaceId, ...(groupPath === undefined ? {} : { groupPath }) };
  if (!covers(reach(context.caller, CHECK_KEY, context.request.now), place)) throw notFound('AuditEvent', path);
  if (recorded === undefined) throw invalid(path, 'This decision cannot be asked again: it was about the past, or its facts came with the request or are no longer kept.');
  if (recorded.decision !== 'DENY') throw invalid(path, 'This decision allowed.');
  const { actor, resourceType, resourceId, action, resource, isInline } = recorded;
  const targetGroup = isInline && resource?.groupId !== undefined ? { targetGroup: { spaceId: resource.spaceId, id: resource.groupId } } : {};
  const ask: Ask = {
    question: { actor, resourceType, resourceId, action }, mode: isInline ? 'proposed_target' : 'stored', places: [place], names: {}, path: [...path],
    inline: isInline && resource !== undefined ? { resource } : {}, ...targetGroup,
  };
  return { ask, recorded, rights: new AskingRights(context) };
}
