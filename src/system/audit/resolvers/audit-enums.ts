import { enumType, type EnumOf } from '../../shared/resolvers/index.js';

export const AuditOrder = enumType('AuditOrder', 'Direction in which the audit log is read.', {
  NEWEST_FIRST: ['NEWEST_FIRST', 'From the end of the log.'],
  OLDEST_FIRST: ['OLDEST_FIRST', 'From its start.'],
});
export type AuditOrder = EnumOf<typeof AuditOrder>;

export const AuditRisk = enumType('AuditRisk', 'How much harm the thing that happened can do.', {
  LOW: ['LOW', 'Harmless by itself.'],
  NORMAL: ['NORMAL', 'An ordinary change.'],
  HIGH: ['HIGH', 'Changes who may do what, or ends access.'],
  CRITICAL: ['CRITICAL', 'Reaches over a whole Space or the instance.'],
});
export type AuditRisk = EnumOf<typeof AuditRisk>;

export const AuditDecision = enumType('AuditDecision', 'How an audited question was answered.', {
  ALLOW: ['ALLOW', 'It was allowed.'],
  DENY: ['DENY', 'It was denied.'],
});
export type AuditDecision = EnumOf<typeof AuditDecision>;
