import { PolityError } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import { covers, reach, type Caller, type Reach, type RequestContext } from '../../shared/contracts/index.js';
import type { Facts } from '../engine/index.js';
import type { Ask, NamedPlace } from './ask.js';

/** Permission key of asking. */
export const CHECK_KEY = 'authz:check';

/** Where one caller may ask, over all questions of one call. */
export class AskingRights {
  private readonly held: Reach;

  constructor(context: RequestContext) {
    this.held = reachOf(context);
  }

  /**
   * Refuses what can be refused before any fact is read: a Space in which the caller holds nothing, and inline places outside of
   * its groups. A group that is named by an id counts with the path that is stored for it, whatever path came along.
   */
  async assertBefore(executor: SqlExecutor, asks: readonly Ask[]): Promise<void> {
    for (const { places } of asks) for (const { spaceId } of places) this.assertSpace(spaceId);
    const narrow = asks.filter(({ mode }) => mode === 'inline').flatMap(({ places }) => places.filter(({ spaceId }) => !covers(this.held, { spaceId })));
    if (narrow.length === 0) return;
    const stored = await storedPaths(executor, narrow);
    for (const { spaceId, groupId, groupPath } of narrow) {
      if (!covers(this.held, { spaceId, groupPath: stored.get(JSON.stringify([spaceId, groupId])) ?? groupPath })) refuse();
    }
  }

  /** Refuses a Space in which the caller holds nothing. */
  assertSpace(spaceId: string): void {
    if (!this.reachesInto(spaceId)) refuse();
  }

  /** Refuses, once its facts are known, a question whose target lies outside of the caller's reach: a key of a Group asks inside it only. */
  assertTarget(ask: Ask, facts: Pick<Facts, 'resource' | 'group'>): void {
    const { spaceId } = ask.question.actor;
    if (ask.mode === 'inline') return;
    const target = facts.resource?.spaceId === spaceId || ask.mode === 'proposed_target' ? facts.group : undefined;
    const places = ask.mode === 'stored' ? [{ spaceId }] : ask.places;
    for (const place of places) {
      const groupPath = target?.spaceId === place.spaceId ? target.path : undefined;
      if (!covers(this.held, { spaceId: place.spaceId, groupPath })) refuse();
    }
  }

  /** What {@link assertTarget} would throw. */
  refusalOf(ask: Ask, facts: Pick<Facts, 'resource' | 'group'>): PolityError | undefined {
    try {
      this.assertTarget(ask, facts);
      return undefined;
    } catch (error) {
      if (error instanceof PolityError) return error;
      throw error;
    }
  }

  private reachesInto(spaceId: string): boolean {
    return covers(this.held, { spaceId }) || this.held.groups.some((group) => group.spaceId === spaceId);
  }
}

const reaches = new WeakMap<Caller, Reach>();

// A caller is held over many requests. What ends by itself is looked at each time.
function reachOf({ caller, request }: RequestContext): Reach {
  const known = reaches.get(caller);
  if (known !== undefined) return known;
  const held = reach(caller, CHECK_KEY, request.now);
  if (caller.grants.every(({ expiresAt }) => expiresAt === undefined)) reaches.set(caller, held);
  return held;
}

async function storedPaths(executor: SqlExecutor, places: readonly NamedPlace[]): Promise<Map<string, string>> {
  const ids = places.flatMap(({ groupId }) => (groupId === undefined ? [] : [groupId]));
  if (ids.length === 0) return new Map();
  const rows = await executor.query<{ id: string; spaceId: string; path: string }>(
    sql`SELECT id, space_id AS "spaceId", path FROM sys_identity.groups WHERE id = ANY (${ids})`);
  return new Map(rows.map(({ id, spaceId, path }) => [JSON.stringify([spaceId, id]), path]));
}

function refuse(): never {
  throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${CHECK_KEY} for every Space and Group that is asked about.`, {
    details: { permission: CHECK_KEY },
  });
}
