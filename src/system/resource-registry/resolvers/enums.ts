import { registerEnumType } from 'type-graphql';

export enum RegistryStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
}
registerEnumType(RegistryStatus, {
  name: 'RegistryStatus',
  description: 'Whether decisions may use an entry of the registry.',
  valuesConfig: { ACTIVE: { description: 'In use.' }, DISABLED: { description: 'Every decision that needs it denies.' } },
});

export enum RiskLevel {
  LOW = 'low',
  NORMAL = 'normal',
  HIGH = 'high',
  CRITICAL = 'critical',
}
registerEnumType(RiskLevel, {
  name: 'RiskLevel',
  description: 'How much harm an action can do.',
  valuesConfig: {
    LOW: { description: 'Harmless, such as reading.' },
    NORMAL: { description: 'Everyday work.' },
    HIGH: { description: 'Needs attention, such as an approval.' },
    CRITICAL: { description: 'Cannot be taken back, such as a deletion.' },
  },
});

export enum StorageKind {
  INTERNAL_TABLE = 'internal_table',
  PLUGIN_MANAGED = 'plugin_managed',
}
registerEnumType(StorageKind, {
  name: 'StorageKind',
  description: 'Where the Resources of a type are kept.',
  valuesConfig: {
    INTERNAL_TABLE: { description: 'Here, as Resources.' },
    PLUGIN_MANAGED: { description: 'Elsewhere; decisions get them inside the request.' },
  },
});

export enum ResourceVisibility {
  PRIVATE = 'private',
  GROUP = 'group',
  SPACE = 'space',
  PUBLIC = 'public',
}
registerEnumType(ResourceVisibility, {
  name: 'ResourceVisibility',
  description: 'For whom the business system means a Resource; decisions and conditions can read it.',
  valuesConfig: {
    PRIVATE: { description: 'Its owner.' },
    GROUP: { description: 'Its group.' },
    SPACE: { description: 'Its Space.' },
    PUBLIC: { description: 'Everybody.' },
  },
});

export enum ResourceStatus {
  ACTIVE = 'active',
  ARCHIVED = 'archived',
  DELETED = 'deleted',
}
registerEnumType(ResourceStatus, {
  name: 'ResourceStatus',
  description: 'Whether decisions about a Resource can allow.',
  valuesConfig: {
    ACTIVE: { description: 'In use.' },
    ARCHIVED: { description: 'Put away; can be restored.' },
    DELETED: { description: 'Left out of lists unless asked for; can be restored.' },
  },
});
