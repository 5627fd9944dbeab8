import { canonicalJson, randomPart, sha256 } from '../../../../kernel/crypto/index.js';
import { invalid } from '../../../../kernel/errors/index.js';
import type { Actor, Caller, Keyring } from '../../../shared/contracts/index.js';
import { redacted } from '../../../shared/services/index.js';
import type { EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import { jsonValue } from './json-value.js';
import { sealPersonal } from './seal-personal.js';

const SALT_BYTES = 16;
const MOST_BODY_BYTES = 1_048_576;

/**
 * Makes the row of an event. The body is canonical JSON, made here and never again; a random salt keeps its hash from being guessed
 * when only the leaf is left.
 *
 * @throws PolityError `VALIDATION_FAILED` for text that PostgreSQL or canonical JSON cannot hold, and for bodies above 1 MiB
 */
export async function buildEvent(draft: EventDraft, keyring: Keyring): Promise<EventRow> {
  const { id, occurredAt, risk, entry, caller, request } = draft;
  const { spaceId, groupId, target, decision, denyCode, assignmentId, traceId } = entry;
  const action = entry.action ?? entry.type;
  const actor = actorIds(entry.actor ?? caller.actor ?? { userId: caller.userId });
  const personal = await sealPersonal(draft, keyring);
  // In the order of canonical JSON, as far as there is one to keep: what is in order need not be put in order.
  const body = canonicalJson(jsonValue({
    action,
    actor,
    caller: entry.actor === undefined ? undefined : callerIds(caller),
    changes: entry.changes === undefined ? undefined : redacted(entry.changes),
    credential: { id: caller.credentialId, issuer: caller.issuer, kind: caller.kind },
    decision,
    denyCode,
    details: entry.details === undefined ? undefined : redacted(entry.details),
    groupId,
    id,
    occurredAt,
    personal: personal.sealed,
    request: { id: request.id },
    risk,
    salt: randomPart(SALT_BYTES).toString('base64url'),
    spaceId,
    target,
    traceId,
    type: entry.type,
  }));
  if (body.length > MOST_BODY_BYTES) throw invalid(['details'], 'An audit event has at most 1 MiB.');
  return {
    id, type: entry.type, risk, spaceId, groupId, occurredAt,
    actorUserId: actor.userId, actorMemberId: actor.memberId, actorUserMemberId: actor.userMemberId,
    credentialId: caller.credentialId,
    action, targetType: target.type, targetId: target.id, decision, denyCode, assignmentId, traceId,
    requestId: request.id,
    body, bodyHash: sha256(body), hashes: personal.hashes,
  };
}

// An empty id stands for nobody, and nobody is not written down.
function actorIds(actor: Partial<Actor>): Partial<Actor> {
  const { memberId, spaceId, userId, userMemberId } = actor;
  return { memberId: memberId || undefined, spaceId: spaceId || undefined, userId: userId || undefined, userMemberId: userMemberId || undefined };
}

function callerIds(caller: Caller): Partial<Actor> {
  return actorIds(caller.actor ?? { userId: caller.userId });
}
