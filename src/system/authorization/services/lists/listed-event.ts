import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';
import type { AuditEntry } from '../../../shared/contracts/index.js';
import type { FactRevision, Question } from '../../engine/index.js';

/** Which list was answered. */
export type ListKind = 'actors' | 'resources' | 'actions';

/** Which facts a page saw. */
export interface ListedFacts {
  readonly revision: FactRevision;
  /** Clock of an answer about the past, in milliseconds since the epoch. */
  readonly asOf: number | undefined;
}

/** The one audit event of a page: question, revision, how many, and the hash of what was answered. */
export function listedEvent(kind: ListKind, { actor, resourceType, resourceId, action }: Question, { revision, asOf }: ListedFacts, answer: readonly unknown[]): AuditEntry {
  return {
    type: 'authorization.listed',
    spaceId: actor.spaceId,
    action: `${resourceType}.${action}`,
    target: { type: resourceType, id: kind === 'resources' ? '*' : resourceId },
    details: {
      list: kind,
      ...(kind === 'actors' ? {} : { actor }),
      revision,
      ...(asOf === undefined ? {} : { asOf }),
      count: answer.length,
      sha256: Buffer.from(sha256(canonicalJson(JSON.parse(JSON.stringify(answer))))).toString('hex'),
    },
  };
}
