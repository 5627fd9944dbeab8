import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { invalid, notFound } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { covers, reach, reachPredicate, type RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { SpaceEntity, type SpaceRow } from '../entities/space.js';
import { checkedText, contains, equals, TEXT, type Change } from './support/index.js';

const COLUMNS = raw(`s.id, s.name, s.slug, s.type, s.status, s.delete_after AS "deleteAfter", s.is_demo AS "isDemo", s.metadata,
  s.version, s.created_at AS "createdAt", s.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  spaces_slug: { code: 'ALREADY_EXISTS', message: 'Another Space has this slug.', path: ['input', 'slug'] },
} as const;

/** Input of {@link Spaces.create}. */
export interface CreateSpace {
  readonly id?: string | null;
  readonly name: string;
  readonly slug?: string | null;
  readonly type?: string | null;
  readonly metadata?: unknown;
}

/** Input of {@link Spaces.update}: absent fields stay. */
export interface UpdateSpace extends Change {
  readonly name?: string | null;
  readonly slug?: string | null;
  readonly metadata?: unknown;
}

/** Filters of {@link Spaces.list}. */
export interface SpaceFilter {
  readonly status?: string | null;
  /** Part of the id, the name or the slug. */
  readonly search?: string | null;
}

/** Spaces: read within reach, created by the instance, changed by their admins. */
export class Spaces {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly deletionWaitMs: number,
  ) {}

  /** Spaces that the caller may read, by id. */
  async list(context: RequestContext, filter: SpaceFilter, page: PageInput): Promise<ListPage<SpaceRow>> {
    const where = every([this.visible(context), ...equals('s.status', filter.status), ...contains(['s.id', 's.name', 's.slug'], filter.search)]);
    return listPage<SpaceRow>(this.database, 'spaces', {
      select: COLUMNS,
      from: raw('sys_identity.spaces s'),
      where,
      order: [{ expression: 's.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Spaces by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(SpaceRow | undefined)[]> {
    const rows = await this.database.query<SpaceRow>(sql`
      SELECT ${COLUMNS} FROM sys_identity.spaces s WHERE s.id = ANY (${ids}) AND ${this.visible(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  async create(context: RequestContext, input: CreateSpace): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.mutations.run(context, { name: 'createSpace', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('spaces:manage', {});
      const id = input.id ?? newId('space');
      assertSuppliedId('Space', id);
      const space = scope.transaction.em.create(SpaceEntity, {
        id,
        name: checkedText(input.name, 'name', TEXT.name),
        slug: checkedText(input.slug, 'slug', TEXT.slug) ?? null,
        type: checkedText(input.type, 'type', TEXT.spaceType) ?? 'custom',
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      scope.transaction.touch(id);
      scope.audit({ type: 'space.created', spaceId: id, target: { type: 'Space', id }, changes: { name: [null, space.name], type: [null, space.type] } });
      return { space };
    });
  }

  async update(context: RequestContext, input: UpdateSpace): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.mutations.run(context, { name: 'updateSpace', constraints: CONSTRAINTS }, input, async (scope) => {
      const space = await this.forChange(scope, context, input);
      assertStays(space);
      const changes = assignChanges(space, {
        name: checkedText(input.name ?? undefined, 'name', TEXT.name),
        slug: checkedText(input.slug, 'slug', TEXT.slug),
        metadata: checkedMetadata(input.metadata),
      });
      if (Object.keys(changes).length === 0) scope.unchanged();
      else {
        scope.transaction.touch(space.id);
        scope.audit({ type: 'space.updated', spaceId: space.id, target: { type: 'Space', id: space.id }, changes });
      }
      return { space };
    });
  }

  async disable(context: RequestContext, input: Change): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.setStatus(context, 'disableSpace', 'space.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.setStatus(context, 'restoreSpace', 'space.restored', input, 'active');
  }

  /** Begins the waiting time, in which `restore` takes the deletion back; a sweep removes the Space when it is over. */
  async delete(context: RequestContext, input: Change): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.setStatus(context, 'deleteSpace', 'space.deletion_requested', input, 'deleting');
  }

  private async setStatus(
    context: RequestContext,
    name: string,
    type: string,
    input: Change,
    status: SpaceRow['status'],
  ): Promise<MutationResult<{ space: SpaceRow }>> {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const space = await this.forChange(scope, context, input);
      if (status === 'disabled') assertStays(space);
      const deleteAfter = status === 'deleting' ? new Date(context.request.now + this.deletionWaitMs) : null;
      const changes = space.status === status ? {} : assignChanges(space, { status, deleteAfter });
      if (Object.keys(changes).length === 0) scope.unchanged();
      else {
        scope.transaction.touch(space.id);
        scope.audit({ type, spaceId: space.id, target: { type: 'Space', id: space.id }, changes });
      }
      return { space };
    });
  }

  // A Space that the caller may not even read answers like one that does not exist; the permission is asserted before any change.
  private async forChange(scope: MutationScope, context: RequestContext, { id, expectedVersion }: Change): Promise<SpaceRow> {
    const target = { spaceId: id };
    const readable = ['spaces:read', 'spaces:manage'].some((key) => covers(reach(context.caller, key, context.request.now), target));
    const space = readable ? await scope.transaction.em.findOne(SpaceEntity, { id }) : null;
    if (space === null) throw notFound('Space', ['input', 'id']);
    scope.require('spaces:manage', target);
    assertVersion(space, expectedVersion);
    return space;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'spaces:read', context.request.now), { spaceId: 's.id' });
  }
}

// Only a restore takes a deletion back; any other change would either be lost or end the waiting time unseen.
function assertStays(space: SpaceRow): void {
  if (space.status === 'deleting') throw invalid(['input', 'id'], 'This Space is being deleted and takes no more changes.', 'SPACE_DELETION_PENDING');
}

/** The Spaces of this instance. */
export const spacesRef = createServiceRef<Spaces>({ id: 'identity.spaces', scope: 'process' });
