import { registerEnumType } from 'type-graphql';
import { DENY_REASONS } from '../engine/index.js';

export enum DecisionOutcome {
  ALLOW = 'ALLOW',
  DENY = 'DENY',
}
registerEnumType(DecisionOutcome, {
  name: 'DecisionOutcome',
  description: 'What a decision says.',
  valuesConfig: { ALLOW: { description: 'The action may be done.' }, DENY: { description: 'The action may not be done.' } },
});

/** Codes as the enum of the schema; each value is its own name. */
export const DenyCodeEnum = Object.fromEntries(Object.keys(DENY_REASONS).map((code) => [code, code])) as Record<keyof typeof DENY_REASONS, string>;
registerEnumType(DenyCodeEnum, {
  name: 'DenyCode',
  description: 'Why a decision denies. New codes may be added; a code keeps its meaning.',
  valuesConfig: Object.fromEntries(Object.entries(DENY_REASONS).map(([code, description]) => [code, { description }])),
});

export enum ContextModeEnum {
  STORED = 'stored',
  PROPOSED_TARGET = 'proposed_target',
  INLINE = 'inline',
}
registerEnumType(ContextModeEnum, {
  name: 'ContextMode',
  description: 'Where the facts of a decision came from.',
  valuesConfig: {
    STORED: { description: 'All of them are stored.' },
    PROPOSED_TARGET: { description: 'The resource came with the request; actor and grants are stored.' },
    INLINE: { description: 'Actor, resource and grants came with the request; only the registry is stored.' },
  },
});

export enum PermissionScope {
  SELF = 'self',
  GROUP = 'group',
  GROUP_TREE = 'group_tree',
  SPACE = 'space',
  GLOBAL = 'global',
}
registerEnumType(PermissionScope, {
  name: 'PermissionScope',
  description: 'How far a Permission reaches.',
  valuesConfig: {
    SELF: { description: 'What the Member owns.' },
    GROUP: { description: 'The anchor Group itself.' },
    GROUP_TREE: { description: 'The anchor Group and everything below it.' },
    SPACE: { description: 'Everything in the Space.' },
    GLOBAL: { description: 'Reserved; never allows.' },
  },
});

export enum FactStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
  REVOKED = 'revoked',
  DELETING = 'deleting',
  ARCHIVED = 'archived',
  DELETED = 'deleted',
}
registerEnumType(FactStatus, {
  name: 'FactStatus',
  description: 'Status of anything that a decision reads. Everything but ACTIVE denies.',
  valuesConfig: {
    ACTIVE: { description: 'In use.' },
    DISABLED: { description: 'Switched off.' },
    REVOKED: { description: 'Taken back.' },
    DELETING: { description: 'A Space that waits for its deletion.' },
    ARCHIVED: { description: 'A resource that is put away.' },
    DELETED: { description: 'A resource that is gone.' },
  },
});

export enum TargetVisibility {
  PRIVATE = 'private',
  GROUP = 'group',
  SPACE = 'space',
  PUBLIC = 'public',
}
registerEnumType(TargetVisibility, {
  name: 'TargetVisibility',
  description: 'Whom the owner of a resource means it for; decisions do not read it.',
  valuesConfig: {
    PRIVATE: { description: 'Its owner.' },
    GROUP: { description: 'Its Group.' },
    SPACE: { description: 'Its Space.' },
    PUBLIC: { description: 'Everybody.' },
  },
});

export enum ActionRisk {
  LOW = 'low',
  NORMAL = 'normal',
  HIGH = 'high',
  CRITICAL = 'critical',
}
registerEnumType(ActionRisk, {
  name: 'ActionRisk',
  description: 'How much harm an action can do, as its owner registered it.',
  valuesConfig: {
    LOW: { description: 'Little.' },
    NORMAL: { description: 'What daily work can do.' },
    HIGH: { description: 'Much.' },
    CRITICAL: { description: 'Beyond repair.' },
  },
});

export enum RightStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
}
registerEnumType(RightStatus, {
  name: 'RightStatus',
  description: 'Whether a Role or a Permission counts in decisions.',
  valuesConfig: { ACTIVE: { description: 'It counts.' }, DISABLED: { description: 'It grants nothing.' } },
});

export enum AssignmentStatus {
  ACTIVE = 'active',
  REVOKED = 'revoked',
}
registerEnumType(AssignmentStatus, {
  name: 'AssignmentStatus',
  description: 'Whether an assignment counts in decisions.',
  valuesConfig: { ACTIVE: { description: 'It counts until its end.' }, REVOKED: { description: 'It was taken back.' } },
});
