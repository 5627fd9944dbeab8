import type pg from 'pg';
import { copyOut, sql, type CopiedRow, type Database } from '../../../persistence/index.js';
import type { FactRevision } from '../engine/index.js';
import type { FactRow } from './fact-row.js';
import { NO_ANCHOR, UNKNOWN_ANCHOR } from './assignments.js';
import { RegistryIndex } from './registry-index.js';
import { SpaceIndex } from './space-index.js';

const MS = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::bigint`;

/** Reads the facts of the instance: the registry and the catalogue of Permissions. */
export function loadRegistry(database: Pick<Database, 'connect'>): Promise<RegistryIndex> {
  return inSnapshot(database, readRegistry);
}

/**
 * Reads the facts of one Space as they are now, all of one snapshot, streamed.
 *
 * @returns the index and the revisions of the snapshot; undefined when there is no such Space
 */
export function loadSpace(database: Pick<Database, 'connect'>, spaceId: string, registry: RegistryIndex): Promise<LoadedSpace | undefined> {
  return inSnapshot(database, (client) => readSpace(client, spaceId, registry));
}

/** Reads Space and instance of one snapshot, for one question: nothing keeps this index. */
export function loadOnce(database: Pick<Database, 'connect'>, spaceId: string): Promise<SpaceIndex | undefined> {
  return inSnapshot(database, async (client) => (await readSpace(client, spaceId, await readRegistry(client)))?.index);
}

/** Reads the status of some Users, and the revision of the instance that it is of. */
export async function loadUsers(database: Pick<Database, 'query'>, ids: readonly string[]): Promise<{ readonly users: ReadonlyMap<string, string>; readonly instance: number }> {
  const rows = await database.query<{ id: string | null; status: string; rev: number }>(sql`
    SELECT u.id, u.status, r.rev FROM sys_authz.revision r LEFT JOIN sys_identity.users u ON u.id = ANY (${ids}::text[]) WHERE r.space_id = ''`);
  return { users: new Map(rows.flatMap(({ id, status }) => (id === null ? [] : [[id, status]]))), instance: Number(rows[0]?.rev ?? 0) };
}

/** A Space as it was read. */
export interface LoadedSpace {
  readonly index: SpaceIndex;
  /** Revisions of the snapshot. */
  readonly revision: FactRevision;
}

async function readRegistry(client: pg.Client): Promise<RegistryIndex> {
  const registry = new RegistryIndex();
  registry.revision = (await revisionOf(client, '')).instance;
  for (const [kind, table] of [
    ['resource_type', 'sys_resource.resource_types'], ['resource_action', 'sys_resource.resource_actions'],
    ['resource_mapping', 'sys_resource.resource_mappings'], ['permission', 'sys_authz.permissions'],
  ]) {
    const { rows } = await client.query<{ body: FactRow['body'] & { id: string } }>(`SELECT to_jsonb(t) AS body FROM ${table} t`);
    registry.apply(rows.map(({ body }) => ({ kind: kind as string, id: body.id, removed: false, body })));
  }
  return registry;
}

async function readSpace(client: pg.Client, spaceId: string, registry: RegistryIndex): Promise<LoadedSpace | undefined> {
  const revision = await revisionOf(client, spaceId);
  const index = new SpaceIndex(spaceId, registry);
  const here = `space_id = ${client.escapeLiteral(spaceId)}`;
  const read = (select: string, onRow: (row: CopiedRow) => void): Promise<void> => copyOut(client, select, onRow);
  let isThere = false;
  await read(`SELECT id, status FROM sys_identity.spaces WHERE id = ${client.escapeLiteral(spaceId)}`, (row) => {
    isThere = true;
    index.load({ kind: 'space', id: row.ascii(0), removed: false, body: { status: row.ascii(1) } });
  });
  if (!isThere) return undefined;
  await read(`SELECT id, parent_group_id, path, status FROM sys_identity.groups WHERE ${here} ORDER BY depth, id`, (row) => {
    index.load({ kind: 'group', id: row.ascii(0), removed: false, body: { parent_group_id: row.optionalAscii(1), path: row.ascii(2), status: row.ascii(3) } });
  });
  const { groups, actors, roles, assignments } = index;
  await read(`SELECT id, status, member_type FROM sys_identity.members WHERE ${here} ORDER BY id`, (row) =>
    actors.setMember(row.ascii(0), row.ascii(1), row.isAscii(2, 'service')));
  await read(`SELECT um.id, um.member_id, um.user_id, um.status, um.relation_type, um.is_primary, ${MS('um.expires_at')}, u.status
    FROM sys_identity.user_members um JOIN sys_identity.users u ON u.id = um.user_id WHERE um.${here} ORDER BY um.id`, (row) => {
    const userId = row.ascii(2);
    actors.addBinding({
      id: row.ascii(0), memberId: row.ascii(1), userId, status: row.ascii(3), relationType: row.ascii(4), isPrimary: row.isAscii(5, 't'), expiresAt: row.number(6),
    });
    actors.setUser(userId, row.ascii(7));
  });
  await read(`SELECT id, key, status FROM sys_authz.roles WHERE ${here} ORDER BY id`, (row) => void roles.setRole(row.ascii(0), row.ascii(1), row.ascii(2)));
  await read(`SELECT role_id, id, permission_id FROM sys_authz.role_permissions WHERE ${here} AND status = 'active'`, (row) =>
    roles.setPermission(row.ascii(0), row.ascii(1), row.ascii(2)));
  await read(`SELECT role_id, id, inherited_role_id FROM sys_authz.role_inheritances WHERE ${here} AND status = 'active'`, (row) =>
    roles.setInheritance(row.ascii(0), row.ascii(1), row.ascii(2)));
  const bulk = assignments.bulk();
  await read(`SELECT id, member_id, role_id, scope_anchor_group_id, ${MS('starts_at')}, ${MS('expires_at')}, condition
    FROM sys_authz.member_roles WHERE ${here} AND status = 'active'`, (row) => {
    const { bytes, ends } = row;
    const [id, member, role, anchor] = [ends[0], ends[1], ends[2], ends[3]] as [number, number, number, number];
    bulk.add({
      bytes, start: row.start, end: id,
      member: actors.namedBytes(bytes, row.from(1), member), role: roles.namedBytes(bytes, row.from(2), role),
      anchor: row.isNull(3) ? NO_ANCHOR : (groups.rowOfBytes(bytes, row.from(3), anchor) ?? UNKNOWN_ANCHOR),
      startsAt: row.number(4), expiresAt: row.number(5), condition: row.text(6),
    });
  });
  bulk.end();
  index.revision = revision.space;
  actors.trim();
  index.settle();
  return { index, revision };
}

async function revisionOf(client: pg.Client, spaceId: string): Promise<FactRevision> {
  const { rows } = await client.query<{ space_id: string; rev: number }>("SELECT space_id, rev FROM sys_authz.revision WHERE space_id IN ('', $1)", [spaceId]);
  const of = (id: string): number => Number(rows.find(({ space_id }) => space_id === id)?.rev ?? 0);
  return { space: of(spaceId), instance: of('') };
}

async function inSnapshot<Result>(database: Pick<Database, 'connect'>, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = await database.connect('polity facts');
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } finally {
    await client.end();
  }
}
