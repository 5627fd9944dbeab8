import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FrozenItem } from './frozen-item.js';
import type { FrozenAssignment } from './population.js';

const ROWS_PER_STATEMENT = 5_000;

/** An item to be stored. */
export type NewItem = FrozenItem & Pick<FrozenAssignment, 'assignmentState'>;

/** Stores the items of a review. */
export async function insertItems(executor: SqlExecutor, { reviewId, spaceId }: { readonly reviewId: string; readonly spaceId: string }, items: readonly NewItem[]): Promise<void> {
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    const part = items.slice(start, start + ROWS_PER_STATEMENT);
    const column = (name: keyof NewItem): unknown[] => part.map((item) => item[name]);
    await executor.query(sql`
      INSERT INTO sys_authz.access_review_items (space_id, review_id, id, member_role_id, assignment_state, member_id, role_id, role_key,
        scope_anchor_group_id, scope_anchor_path, since, ends_at, condition, orphan_reasons, last_used_at, uses_are_recorded, reviewer_user_id,
        reviewer_member_id)
      SELECT ${spaceId}, ${reviewId}, * FROM unnest(${column('id')}::text[], ${column('memberRoleId')}::text[], ${column('assignmentState')}::text[],
        ${column('memberId')}::text[], ${column('roleId')}::text[], ${column('roleKey')}::text[], ${column('scopeAnchorGroupId')}::text[],
        ${column('scopeAnchorPath')}::text[], ${column('since')}::timestamptz[], ${column('endsAt')}::timestamptz[], ${column('condition')}::text[],
        ${part.map(({ orphanReasons }) => JSON.stringify(orphanReasons))}::jsonb[], ${column('lastUsedAt')}::timestamptz[],
        ${column('usesAreRecorded')}::boolean[], ${column('reviewerUserId')}::text[], ${column('reviewerMemberId')}::text[])`);
  }
}
