import { anchoredScope } from './anchored.js';

/** The anchor group itself, without what lies below it. */
export const groupScope = anchoredScope('group', 'target_group_id = scope_anchor_group_id', (anchor, group) => group.id === anchor.id);
