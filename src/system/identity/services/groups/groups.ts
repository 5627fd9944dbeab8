import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { covers, reach, type Reach, type RequestContext } from '../../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, type Changes, type MutationResult, type Mutations, type MutationScope,
} from '../../../shared/services/index.js';
import { GroupEntity, type GroupRow } from '../../entities/group.js';
import { assertSpaceOpen, checkedText, knownSpace, requireInSpace, TEXT, type Change } from '../support/index.js';
import { depthOf, lockTree, pathOf, readGroup, rewriteSubtree, spaceOfGroup, treeConstraints, type Place } from './group-tree.js';
import { findParent, placeOfNewGroup, type PlaceInput } from './place-of-new-group.js';

/** Fields of a Group that a caller gives and that do not move it. */
export interface GroupFields {
  readonly displayName?: string | null;
  readonly sortOrder?: number | null;
  readonly metadata?: unknown;
}

/** Input of {@link Groups.create}. */
export interface CreateGroup extends PlaceInput, GroupFields {
  readonly id?: string | null;
}

/** Input of {@link Groups.update}: a new key renames the Group and rewrites the paths below it. */
export interface UpdateGroup extends Change, GroupFields {
  readonly key?: string | null;
}

/** Input of {@link Groups.move}: null makes the Group a root. */
export interface MoveGroup extends Change {
  readonly parentGroupId?: string | null;
}

/** Changes of the Group tree of each Space: paths always follow the parents, and there is no cycle. */
export class Groups {
  constructor(private readonly mutations: Mutations) {}

  async create(context: RequestContext, input: CreateGroup): Promise<MutationResult<{ group: GroupRow }>> {
    const constraints = typeof input.path === 'string' ? treeConstraints('path') : treeConstraints('key', 'parentGroupId');
    return this.mutations.run(context, { name: 'createGroup', constraints }, input, async (scope) => {
      const { transaction } = scope;
      const { spaceId } = input;
      await lockTree(transaction, spaceId);
      const place = await this.placeOf(scope, context, input);
      const id = input.id ?? newId('group');
      assertSuppliedId('Group', id);
      const group = transaction.em.create(GroupEntity, {
        id,
        spaceId,
        parentGroupId: place.parent?.id ?? null,
        key: place.key,
        displayName: checkedText(input.displayName, 'displayName', TEXT.name) ?? null,
        path: pathOf(place),
        depth: depthOf(place),
        sortOrder: checkedSortOrder(input.sortOrder) ?? 1000,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      record(scope, group, 'group.created', { path: [null, group.path], parentGroupId: [null, group.parentGroupId ?? null] });
      return { group };
    });
  }

  async update(context: RequestContext, input: UpdateGroup): Promise<MutationResult<{ group: GroupRow }>> {
    return this.mutations.run(context, { name: 'updateGroup', constraints: treeConstraints('key') }, input, async (scope) => {
      const { transaction } = scope;
      const key = checkedText(input.key ?? undefined, 'key', TEXT.key);
      if (key !== undefined) await lockTreeOf(scope, input.id);
      const { group, target } = await this.forChange(scope, context, input);
      const changes = assignChanges(group, {
        displayName: checkedText(input.displayName, 'displayName', TEXT.name),
        sortOrder: checkedSortOrder(input.sortOrder),
        metadata: checkedMetadata(input.metadata),
      });
      if (key === undefined || key === group.key) {
        record(scope, group, 'group.updated', changes);
        return { group };
      }
      const parent = group.parentGroupId === null || group.parentGroupId === undefined ? undefined : await readGroup(transaction, group.parentGroupId);
      const path = pathOf({ parent, key });
      record(scope, group, 'group.updated', { ...changes, key: [group.key, key], path: [group.path, path] });
      await transaction.em.flush();
      await rewriteSubtree(transaction, group, { parent, key });
      target.groupPath = path;
      return { group: await readGroup(transaction, group.id) };
    });
  }

  /** Moves a Group with all below it; needs the permission at both places. */
  async move(context: RequestContext, input: MoveGroup): Promise<MutationResult<{ group: GroupRow }>> {
    return this.mutations.run(context, { name: 'moveGroup', constraints: treeConstraints('parentGroupId') }, input, async (scope) => {
      const { transaction } = scope;
      const path = ['input', 'parentGroupId'];
      const { id, parentGroupId } = input;
      if (parentGroupId === undefined) throw invalid(path, 'Name the new parent, or null for a root.');
      await lockTreeOf(scope, id);
      const { group, target } = await this.forChange(scope, context, input);
      const { spaceId } = group;
      const parent = parentGroupId === null ? undefined : await findParent(transaction, readable(context), spaceId, { id: parentGroupId }, path);
      scope.require('groups:manage', parent === undefined ? { spaceId } : { spaceId, groupPath: parent.path });
      if ((group.parentGroupId ?? null) === (parent?.id ?? null)) {
        scope.unchanged();
        return { group };
      }
      const place = { parent, key: group.key };
      const groups = await rewriteSubtree(transaction, group, place);
      target.groupPath = pathOf(place);
      record(scope, group, 'group.moved', { parentGroupId: [group.parentGroupId ?? null, parent?.id ?? null], path: [group.path, pathOf(place)] }, { groups });
      return { group: await readGroup(transaction, group.id) };
    });
  }

  async disable(context: RequestContext, input: Change): Promise<MutationResult<{ group: GroupRow }>> {
    return this.setStatus(context, 'disableGroup', 'group.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Promise<MutationResult<{ group: GroupRow }>> {
    return this.setStatus(context, 'restoreGroup', 'group.restored', input, 'active');
  }

  private async setStatus(context: RequestContext, name: string, type: string, input: Change, status: GroupRow['status']): Promise<MutationResult<{ group: GroupRow }>> {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const { group } = await this.forChange(scope, context, input);
      record(scope, group, type, assignChanges(group, { status }));
      return { group };
    });
  }

  // The right is asked for at the parent: who governs a subtree adds Groups inside it, but none beside it.
  private async placeOf(scope: MutationScope, context: RequestContext, input: CreateGroup): Promise<Place> {
    const { spaceId } = input;
    await knownSpace(scope.transaction, context, spaceId, 'groups:manage');
    const place = await placeOfNewGroup(scope.transaction, readable(context), input);
    await requireInSpace(scope, context, place.parent === undefined ? { spaceId } : { spaceId, groupPath: place.parent.path }, 'groups:manage');
    return place;
  }

  // Absent and unreadable answer alike; the permission is asserted at the Group's own place before any change. It is asserted once more
  // under the lock, with rights that have followed a rename or a move: then `target` must say the new place.
  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<{ group: GroupRow; target: { groupPath: string } }> {
    const group = await scope.transaction.em.findOne(GroupEntity, { id: input.id });
    const target = group === null ? undefined : { spaceId: group.spaceId, groupPath: group.path };
    if (group === null || target === undefined || !covers(readable(context), target)) throw notFound('Group', ['input', 'id']);
    scope.require('groups:manage', target);
    await assertSpaceOpen(scope.transaction, group.spaceId);
    assertVersion(group, input.expectedVersion);
    return { group, target };
  }
}

function readable(context: RequestContext): Reach {
  return reach(context.caller, 'groups:read', context.request.now);
}

async function lockTreeOf(scope: MutationScope, groupId: string): Promise<void> {
  const spaceId = await spaceOfGroup(scope.transaction, groupId);
  if (spaceId !== undefined) await lockTree(scope.transaction, spaceId);
}

function checkedSortOrder(value: number | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || Math.abs(value) > 1_000_000) throw invalid(['input', 'sortOrder'], 'A sort order is a whole number between -1000000 and 1000000.');
  return value;
}

function record(scope: MutationScope, { id, spaceId }: GroupRow, type: string, changes: Changes, details?: Readonly<Record<string, unknown>>): void {
  if (Object.keys(changes).length === 0) return scope.unchanged();
  scope.transaction.touch(spaceId);
  scope.audit({ type, spaceId, groupId: id, target: { type: 'Group', id }, changes, ...(details === undefined ? {} : { details }) });
}

/** Changes of Groups. */
export const groupsRef = createServiceRef<Groups>({ id: 'identity.groups', scope: 'process' });
