import type pg from 'pg';
import { copyOut, type CopiedRow, type Database } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import type { FactRow } from '../../fact-index/fact-row.js';
import { RegistryIndex } from '../../fact-index/registry-index.js';
import { SpaceIndex } from '../../fact-index/space-index.js';

/** Kinds of the instance, and of a Space in an order in which each stands behind what it names. */
const INSTANCE_KINDS = ['resource_type', 'resource_action', 'resource_mapping', 'permission'];
const SPACE_KINDS = ['space', 'group', 'member', 'user_member', 'role', 'role_permission', 'role_inheritance', 'member_role'];
const USERS_AT_ONCE = 5_000;

/**
 * Reads the facts of a Space as they were at a revision, streamed out of their versions, which never change.
 *
 * @returns undefined when there was no such Space
 */
export async function loadPastSpace(database: Pick<Database, 'connect'>, spaceId: string, revision: FactRevision): Promise<SpaceIndex | undefined> {
  const client = await database.connect('polity past facts');
  try {
    const registry = new RegistryIndex();
    const ofInstance: FactRow[] = [];
    await copyOut(client, newestVersions(client, '', revision.instance, INSTANCE_KINDS), (row) => void ofInstance.push(rowOf(row)));
    registry.apply(ofInstance);
    registry.revision = revision.instance;
    const index = new SpaceIndex(spaceId, registry);
    index.revision = revision.space;
    const isThere = await readSpace(client, index);
    if (!isThere) return undefined;
    await readUsers(client, index);
    index.settle();
    return index;
  } finally {
    await client.end();
  }
}

async function readSpace(client: pg.Client, index: SpaceIndex): Promise<boolean> {
  let isThere = false;
  // One by one: laying all assignments out at once would hold the event loop.
  await copyOut(client, newestVersions(client, index.spaceId, index.revision, SPACE_KINDS), (copied) => {
    const row = rowOf(copied);
    isThere ||= row.kind === 'space';
    index.load(row);
  });
  return isThere;
}

// Users are of the instance: those that are bound in the Space.
async function readUsers(client: pg.Client, { actors, registry }: SpaceIndex): Promise<void> {
  const bound = [...actors.unknownUsers];
  for (let from = 0; from < bound.length; from += USERS_AT_ONCE) {
    const ids = bound.slice(from, from + USERS_AT_ONCE);
    const { rows } = await client.query<{ id: string; status: string | null }>(`
      SELECT u.id, n.body ->> 'status' AS status FROM unnest($1::text[]) AS u (id) CROSS JOIN LATERAL (
        SELECT v.removed, v.body FROM sys_authz.fact_version v WHERE v.kind = 'user' AND v.id = u.id AND v.space_id = '' AND v.rev <= $2
        ORDER BY v.rev DESC LIMIT 1) AS n WHERE NOT n.removed`,
    [ids, registry.revision]);
    const status = new Map(rows.map(({ id, status: said }) => [id, said ?? 'missing']));
    for (const id of ids) actors.setUser(id, status.get(id) ?? 'missing');
  }
}

function newestVersions(client: pg.Client, spaceId: string, rev: number, kinds: readonly string[]): string {
  const names = kinds.map((kind) => client.escapeLiteral(kind)).join();
  return `SELECT n.id, n.kind, n.body FROM (
    SELECT DISTINCT ON (v.kind, v.id) v.kind, v.id, v.removed, v.body FROM sys_authz.fact_version v
    WHERE v.space_id = ${client.escapeLiteral(spaceId)} AND v.rev <= ${rev} AND v.kind IN (${names}) ORDER BY v.kind, v.id, v.rev DESC) AS n
  WHERE NOT n.removed ORDER BY array_position(ARRAY[${names}], n.kind), n.id`;
}

function rowOf(row: CopiedRow): FactRow {
  return { id: row.ascii(0), kind: row.ascii(1), removed: false, body: JSON.parse(row.text(2) as string) as FactRow['body'] };
}
