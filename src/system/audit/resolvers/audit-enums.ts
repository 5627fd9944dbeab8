import { registerEnumType } from 'type-graphql';

export enum AuditOrder {
  NEWEST_FIRST = 'NEWEST_FIRST',
  OLDEST_FIRST = 'OLDEST_FIRST',
}
registerEnumType(AuditOrder, {
  name: 'AuditOrder',
  description: 'Direction in which the audit log is read.',
  valuesConfig: {
    NEWEST_FIRST: { description: 'From the end of the log.' },
    OLDEST_FIRST: { description: 'From its start.' },
  },
});

export enum AuditRisk {
  LOW = 'LOW',
  NORMAL = 'NORMAL',
  HIGH = 'HIGH',
  CRITICAL = 'CRITICAL',
}
registerEnumType(AuditRisk, {
  name: 'AuditRisk',
  description: 'How much harm the thing that happened can do.',
  valuesConfig: {
    LOW: { description: 'Harmless by itself.' },
    NORMAL: { description: 'An ordinary change.' },
    HIGH: { description: 'Changes who may do what, or ends access.' },
    CRITICAL: { description: 'Reaches over a whole Space or the instance.' },
  },
});

export enum AuditDecision {
  ALLOW = 'ALLOW',
  DENY = 'DENY',
}
registerEnumType(AuditDecision, {
  name: 'AuditDecision',
  description: 'How an audited question was answered.',
  valuesConfig: {
    ALLOW: { description: 'It was allowed.' },
    DENY: { description: 'It was denied.' },
  },
});
