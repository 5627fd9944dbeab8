import { enumType, type EnumOf } from '../../shared/resolvers/index.js';
import { DENY_REASONS, type DenyCode } from '../engine/index.js';

export const DecisionOutcome = enumType('DecisionOutcome', 'What a decision says.', {
  ALLOW: ['ALLOW', 'The action may be done.'],
  DENY: ['DENY', 'The action may not be done.'],
});
export type DecisionOutcome = EnumOf<typeof DecisionOutcome>;

export const DenyCodeEnum = enumType(
  'DenyCode', 'Why a decision denies. New codes may be added; a code keeps its meaning.',
  Object.fromEntries(Object.entries(DENY_REASONS).map(([code, reason]) => [code, [code, reason]])) as { [Code in DenyCode]: [Code, string] },
);

export const ContextModeEnum = enumType('ContextMode', 'Where the facts of a decision came from.', {
  STORED: ['stored', 'All of them are stored.'],
  PROPOSED_TARGET: ['proposed_target', 'The resource came with the request; actor and grants are stored.'],
  INLINE: ['inline', 'Actor, resource and grants came with the request; only the registry is stored.'],
});
export type ContextModeEnum = EnumOf<typeof ContextModeEnum>;

export const PermissionScope = enumType('PermissionScope', 'How far a Permission reaches.', {
  SELF: ['self', 'What the Member owns.'],
  GROUP: ['group', 'The anchor Group itself.'],
  GROUP_TREE: ['group_tree', 'The anchor Group and everything below it.'],
  SPACE: ['space', 'Everything in the Space.'],
  GLOBAL: ['global', 'Reserved; never allows.'],
});
export type PermissionScope = EnumOf<typeof PermissionScope>;

export const PermissionEffect = enumType('PermissionEffect', 'What a Permission does where it applies.', {
  ALLOW: ['allow', 'It lets the action be done.'],
  DENY: ['deny', 'It forbids the action, whatever else allows it.'],
});
export type PermissionEffect = EnumOf<typeof PermissionEffect>;

export const ConditionOwner = enumType('ConditionOwner', 'What a condition belongs to.', {
  PERMISSION: ['permission', 'The Permission.'],
  MEMBER_ROLE: ['member_role', 'The assignment of the Role.'],
});
export type ConditionOwner = EnumOf<typeof ConditionOwner>;

export const FactStatus = enumType('FactStatus', 'Status of anything that a decision reads. Everything but ACTIVE denies.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Switched off.'],
  REVOKED: ['revoked', 'Taken back.'],
  DELETING: ['deleting', 'A Space that waits for its deletion.'],
  ARCHIVED: ['archived', 'A resource that is put away.'],
  DELETED: ['deleted', 'A resource that is gone.'],
});
export type FactStatus = EnumOf<typeof FactStatus>;

export const RightStatus = enumType('RightStatus', 'Whether a Role or a Permission counts in decisions.', {
  ACTIVE: ['active', 'It counts.'],
  DISABLED: ['disabled', 'It grants nothing.'],
});
export type RightStatus = EnumOf<typeof RightStatus>;

export const AssignmentStatus = enumType('AssignmentStatus', 'Whether an assignment counts in decisions.', {
  ACTIVE: ['active', 'It counts until its end.'],
  REVOKED: ['revoked', 'It was taken back.'],
});
export type AssignmentStatus = EnumOf<typeof AssignmentStatus>;
