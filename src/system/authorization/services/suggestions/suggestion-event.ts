import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';
import type { AuditEntry } from '../../../shared/contracts/index.js';
import type { FactRevision, Question } from '../../engine/index.js';

/** What {@link suggestionEvent} is made of. */
export interface SuggestionFacts {
  readonly question: Question;
  readonly groupId: string | undefined;
  /** The recorded decision that was asked about. */
  readonly deniedDecision: string | undefined;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | undefined;
  readonly revision: FactRevision;
  readonly answer: readonly unknown[];
}

/** The one audit event of suggestions. */
export function suggestionEvent({ question: { actor, resourceType, resourceId, action }, groupId, deniedDecision, decision, denyCode, revision, answer }: SuggestionFacts): AuditEntry {
  return {
    type: 'authorization.suggested',
    spaceId: actor.spaceId,
    ...(groupId === undefined ? {} : { groupId }),
    ...(actor.isMachine === true ? {} : { actor }),
    action: `${resourceType}.${action}`,
    target: { type: resourceType, id: resourceId },
    decision,
    ...(denyCode === undefined ? {} : { denyCode }),
    details: {
      ...(deniedDecision === undefined ? {} : { deniedDecision }),
      ...(actor.isMachine === true ? { actor } : {}),
      revision,
      count: answer.length,
      sha256: Buffer.from(sha256(canonicalJson(JSON.parse(JSON.stringify(answer))))).toString('hex'),
    },
  };
}
