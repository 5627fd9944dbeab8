import { anchoredScope } from './anchored.js';

/** The anchor group and everything below it. The dot keeps `finance` from covering `financeops`. */
export const groupTreeScope = anchoredScope(
  'group_tree',
  "target_path = anchor_path OR target_path LIKE anchor_path || '.%'",
  (anchor, group) => group.path === anchor.path || group.path.startsWith(`${anchor.path}.`),
);
