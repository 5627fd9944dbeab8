import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';
import { inputHashOf, type DecidedQuestion } from '../decision-record.js';
import { defined } from '../inline-facts.js';
import { encodeRevision } from '../revision-token.js';
import type { ReceiptClaims, ReceiptMatch } from './receipt-profile.js';

/** What a receipt says beside its decision. */
export interface ReceiptSurroundings {
  readonly issuer: string;
  /** Clock of the request in milliseconds since the epoch. */
  readonly decidedAt: number;
  readonly auditEventId: string | undefined;
  readonly modelHash: string | undefined;
}

/** The claims of the receipt of a decision. */
export function receiptClaims({ question, mode, inline, facts, decision, traceId }: DecidedQuestion, about: ReceiptSurroundings): ReceiptClaims {
  const { actor, resourceType, resourceId, action } = question;
  return defined({
    iss: about.issuer,
    iat: Math.floor(about.decidedAt / 1000),
    jti: traceId,
    decision: decision.decision,
    deny_code: decision.denyCode,
    question: defined({
      user_id: actor.userId || undefined,
      member_id: actor.memberId || undefined,
      user_member_id: actor.userMemberId || undefined,
      space_id: actor.spaceId,
      acts_by_itself: actor.isMachine,
      resource_type: resourceType,
      resource_id: resourceId,
      action,
    }),
    matched: decision.matched === undefined ? undefined : matchOf(decision.matched.grant),
    context_mode: mode,
    input_sha256: inputHashOf(question, inline),
    facts_sha256: mode === 'stored' ? undefined : Buffer.from(sha256(canonicalJson(JSON.parse(JSON.stringify(inline))))).toString('hex'),
    revision: encodeRevision(actor.spaceId, facts.revision),
    audit_event_id: about.auditEventId ?? null,
    model_sha256: about.modelHash,
  }) as ReceiptClaims;
}

function matchOf({ memberRole, role, rolePermission, permission, anchor }: NonNullable<DecidedQuestion['decision']['matched']>['grant']): ReceiptMatch {
  return defined({
    member_role_id: memberRole.id,
    role_id: role.id,
    role_permission_id: rolePermission.id,
    permission_id: permission.id,
    anchor_group_id: anchor?.id,
  }) as ReceiptMatch;
}
