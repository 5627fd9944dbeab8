import { invalid, notFound, PolityError } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import { covers, reach, type ReachTarget, type RequestContext } from '../../shared/contracts/index.js';

/** Where a Resource lies: its Space, and the path of its group when it has one. */
export async function placeOf(executor: SqlExecutor, resource: { readonly spaceId: string; readonly groupId?: string | null }): Promise<ReachTarget> {
  const { spaceId, groupId } = resource;
  if (groupId === undefined || groupId === null) return { spaceId };
  const [group] = await executor.query<{ path: string }>(sql`SELECT path FROM sys_identity.groups WHERE space_id = ${spaceId} AND id = ${groupId}`);
  return { spaceId, groupPath: group?.path };
}

/** Whether the caller may read what lies at a place. */
export function mayRead(context: RequestContext, place: ReachTarget): boolean {
  return covers(reach(context.caller, 'resources:read', context.request.now), place);
}

/**
 * Checks that a Space can take a Resource.
 *
 * @throws PolityError `SPACE_NOT_FOUND` also for a Space in which the caller has nothing to do; `SPACE_DELETION_PENDING`
 */
export async function assertSpaceTakes(executor: SqlExecutor, context: RequestContext, spaceId: string): Promise<void> {
  const { instance, spaces, groups } = reach(context.caller, 'resources:read', context.request.now);
  const known = instance || spaces.has(spaceId) || groups.some((group) => group.spaceId === spaceId);
  const [space] = known ? await executor.query<{ status: string }>(sql`SELECT status FROM sys_identity.spaces WHERE id = ${spaceId}`) : [];
  if (space === undefined) throw notFound('Space', ['input', 'spaceId']);
  if (space.status === 'deleting') throw new PolityError('SPACE_DELETION_PENDING', 'This Space is being deleted.', { path: ['input', 'spaceId'] });
}

/**
 * Place of a Resource in the given group of its Space.
 *
 * @throws PolityError `GROUP_NOT_FOUND` for a group of another Space, and for one of which the caller may read neither it nor its Resources
 */
export async function placeInGroup(executor: SqlExecutor, context: RequestContext, spaceId: string, groupId: string): Promise<ReachTarget> {
  const place = await placeOf(executor, { spaceId, groupId });
  const readable = place.groupPath !== undefined && (mayRead(context, place) || covers(reach(context.caller, 'groups:read', context.request.now), place));
  if (!readable) throw notFound('Group', ['input', 'groupId']);
  return place;
}

/** @throws PolityError `MEMBER_NOT_FOUND` when the owner is no Member of the Resource's Space. */
export async function assertOwnerMember(executor: SqlExecutor, spaceId: string, memberId: string): Promise<void> {
  const [member] = await executor.query(sql`SELECT 1 AS found FROM sys_identity.members WHERE space_id = ${spaceId} AND id = ${memberId}`);
  if (member === undefined) throw notFound('Member', ['input', 'ownerMemberId']);
}

/** @throws PolityError `RESOURCE_TYPE_NOT_FOUND`, or `VALIDATION_FAILED` for a type that is disabled. */
export async function assertActiveType(executor: SqlExecutor, key: string): Promise<void> {
  const [type] = await executor.query<{ status: string }>(sql`SELECT status FROM sys_resource.resource_types WHERE key = ${key}`);
  if (type === undefined) throw notFound('ResourceType', ['input', 'resourceType']);
  if (type.status !== 'active') throw invalid(['input', 'resourceType'], 'This resource type is disabled.');
}
