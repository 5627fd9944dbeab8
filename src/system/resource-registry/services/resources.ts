import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { sql, type Database } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { ResourceEntity, type ResourceRow } from '../entities/resource.js';
import { assertActiveType, assertOwnerMember, assertSpaceTakes, mayRead, placeInGroup, placeOf } from './resource-place.js';
import { findResources, listResources, type ResourceFilter } from './resource-queries.js';
import { withoutMetadata, type ById } from './resource-types.js';

const CONSTRAINTS = {
  resources_external: { code: 'ALREADY_EXISTS', message: 'Another Resource of this type has this external id in the Space.', path: ['input', 'externalId'] },
  resources_external_id_check: { code: 'VALIDATION_FAILED', message: 'An external id has 1 to 256 characters.', path: ['input', 'externalId'] },
  resources_display_name_check: { code: 'VALIDATION_FAILED', message: 'A display name has at most 200 characters.', path: ['input', 'displayName'] },
} as const;

/** Input of {@link Resources.create}. */
export interface CreateResource {
  readonly id?: string | null;
  readonly spaceId: string;
  /** Key of an active type. */
  readonly resourceType: string;
  readonly externalId?: string | null;
  readonly groupId?: string | null;
  readonly ownerMemberId?: string | null;
  readonly displayName?: string | null;
  readonly visibility?: ResourceRow['visibility'] | null;
  readonly metadata?: unknown;
}

/** Input of {@link Resources.update}: absent fields stay, null empties what may be empty. Space and type never change. */
export interface UpdateResource {
  readonly id: string;
  readonly externalId?: string | null;
  readonly groupId?: string | null;
  readonly ownerMemberId?: string | null;
  readonly displayName?: string | null;
  readonly visibility?: ResourceRow['visibility'] | null;
  readonly metadata?: unknown;
  readonly expectedVersion?: number | null;
}

type Result = Promise<MutationResult<{ resource: ResourceRow }>>;

/** Resources: governed by the rights that reach their Space, or the group they lie in. */
export class Resources {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Resources that the caller may read, by id; without deleted ones unless asked for. */
  list(context: RequestContext, filter: ResourceFilter, page: PageInput): Promise<ListPage<ResourceRow>> {
    return listResources(this.database, context, filter, page);
  }

  /** Resources by id, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(ResourceRow | undefined)[]> {
    const found = new Map((await findResources(this.database, context, sql`r.id = ANY (${ids})`)).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  /** The Resource that a business system knows by its own id; undefined for absent and forbidden alike. */
  async byExternalId(context: RequestContext, key: { readonly spaceId: string; readonly resourceType: string; readonly externalId: string }): Promise<ResourceRow | undefined> {
    const [found] = await findResources(this.database, context, sql`
      r.space_id = ${key.spaceId} AND r.resource_type = ${key.resourceType} AND r.external_id = ${key.externalId}`);
    return found;
  }

  async create(context: RequestContext, input: CreateResource): Result {
    return this.mutations.run(context, { name: 'createResource', constraints: CONSTRAINTS }, input, async (scope) => {
      const { transaction } = scope;
      await assertSpaceTakes(transaction, context, input.spaceId);
      const groupId = input.groupId ?? null;
      scope.require('resources:manage', groupId === null ? { spaceId: input.spaceId } : await placeInGroup(transaction, context, input.spaceId, groupId));
      const id = input.id ?? newId('res');
      if (input.id !== undefined && input.id !== null) assertSuppliedId('Resource', id);
      await assertActiveType(transaction, input.resourceType);
      if (input.ownerMemberId !== undefined && input.ownerMemberId !== null) await assertOwnerMember(transaction, input.spaceId, input.ownerMemberId);
      const resource = transaction.em.create(ResourceEntity, {
        id,
        spaceId: input.spaceId,
        resourceType: input.resourceType,
        externalId: input.externalId ?? null,
        groupId,
        ownerMemberId: input.ownerMemberId ?? null,
        displayName: input.displayName ?? null,
        visibility: input.visibility ?? 'private',
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      const { externalId, ownerMemberId, visibility } = resource;
      this.record(scope, 'resource.created', resource, {
        externalId: [null, externalId], groupId: [null, groupId], ownerMemberId: [null, ownerMemberId], visibility: [null, visibility],
      });
      return { resource };
    });
  }

  /** Changes a Resource. A move to another group or owner needs the right at the old place and at the new one. */
  async update(context: RequestContext, input: UpdateResource): Result {
    return this.mutations.run(context, { name: 'updateResource', constraints: CONSTRAINTS }, input, async (scope) => {
      const resource = await this.forChange(scope, context, input);
      const { groupId, ownerMemberId } = input;
      if (groupId === null && resource.groupId !== null) scope.require('resources:manage', { spaceId: resource.spaceId });
      if (groupId !== undefined && groupId !== null && groupId !== resource.groupId) {
        scope.require('resources:manage', await placeInGroup(scope.transaction, context, resource.spaceId, groupId));
      }
      if (ownerMemberId !== undefined && ownerMemberId !== null && ownerMemberId !== resource.ownerMemberId) {
        await assertOwnerMember(scope.transaction, resource.spaceId, ownerMemberId);
      }
      this.record(scope, 'resource.updated', resource, assignChanges(resource, {
        externalId: input.externalId,
        groupId,
        ownerMemberId,
        displayName: input.displayName,
        visibility: input.visibility ?? undefined,
        metadata: checkedMetadata(input.metadata),
      }));
      return { resource };
    });
  }

  archive(context: RequestContext, input: ById): Result {
    return this.setStatus(context, 'archiveResource', 'resource.archived', input, 'archived');
  }

  /** Makes an archived or deleted Resource active again. */
  restore(context: RequestContext, input: ById): Result {
    return this.setStatus(context, 'restoreResource', 'resource.restored', input, 'active');
  }

  /** Marks a Resource as deleted: decisions about it deny and lists leave it out; its ids stay taken. */
  delete(context: RequestContext, input: ById): Result {
    return this.setStatus(context, 'deleteResource', 'resource.deleted', input, 'deleted');
  }

  private setStatus(context: RequestContext, name: string, event: string, input: ById, status: ResourceRow['status']): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const resource = await this.forChange(scope, context, input);
      this.record(scope, event, resource, assignChanges(resource, { status }));
      return { resource };
    });
  }

  // The place is read from the stored row, never from the input: that is what the caller must hold the right for.
  private async forChange(scope: MutationScope, context: RequestContext, input: ById): Promise<ResourceRow> {
    const resource = await scope.transaction.em.findOne(ResourceEntity, { id: input.id });
    const place = resource === null ? undefined : await placeOf(scope.transaction, resource);
    if (resource === null || place === undefined || !mayRead(context, place)) throw notFound('Resource', ['input', 'id']);
    scope.require('resources:manage', place);
    assertVersion(resource, input.expectedVersion);
    return resource;
  }

  private record(scope: MutationScope, type: string, resource: ResourceRow, changes: Changes): void {
    if (Object.keys(changes).length === 0) {
      scope.unchanged();
      return;
    }
    scope.transaction.touch(resource.spaceId);
    scope.audit({
      type,
      spaceId: resource.spaceId,
      groupId: resource.groupId ?? undefined,
      target: { type: 'Resource', id: resource.id },
      changes: withoutMetadata(changes),
      details: { resourceType: resource.resourceType },
    });
  }
}

/** The Resources of this instance. */
export const resourcesRef = createServiceRef<Resources>({ id: 'resource.resources', scope: 'process' });
