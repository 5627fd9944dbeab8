import type { Logger } from '../../../observability/index.js';
import type { AuditLog, RequestContext } from '../../shared/contracts/index.js';
import type { Decision } from '../engine/index.js';
import type { FactIndexes } from '../fact-index/fact-indexes.js';
import type { Disagreement } from './self-check.js';

/** What the alarm is raised with. */
export interface SelfCheckAlarmParts {
  readonly auditLog: () => AuditLog;
  /** Context of the server itself, at this moment. */
  readonly context: () => RequestContext;
  readonly logger: () => Pick<Logger, 'error'>;
  readonly indexes: Pick<FactIndexes, 'drop'>;
}

/** Says in the log and in the audit log that memory and database gave different decisions, and gives the memory of the Space up. */
export function selfCheckAlarm({ auditLog, context, logger, indexes }: SelfCheckAlarmParts): (disagreement: Disagreement) => Promise<void> {
  return async ({ ask: { question }, facts, fromMemory, fromDatabase }) => {
    const { actor, resourceType, resourceId, action } = question;
    indexes.drop(actor.spaceId);
    const details = { actor, revision: facts.revision, fromMemory: summary(fromMemory), fromDatabase: summary(fromDatabase) };
    logger().error('two evaluations of one question differ: the decision was denied', { resourceType, resourceId, action, ...details });
    await auditLog().recordNow(context(), [{
      type: 'authorization.self_check_failed',
      spaceId: actor.spaceId,
      action: `${resourceType}.${action}`,
      target: { type: resourceType, id: resourceId },
      details,
    }]);
  };
}

function summary({ decision, denyCode, matched }: Decision): object {
  return { decision, denyCode: denyCode ?? null, memberRoleId: matched?.grant.memberRole.id ?? null, rolePermissionId: matched?.grant.rolePermission.id ?? null };
}
