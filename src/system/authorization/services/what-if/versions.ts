import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import type { FactRow } from '../../fact-index/fact-row.js';

/** What rows of a kind are found by beside their id; the first condition of each is that of the index which has it. */
const LINKS = {
  member_role: raw(`f.kind IN ('member_role', 'user_member') AND f.kind = 'member_role' AND f.body ->> 'member_id'`),
  role_permission: raw(`f.kind IN ('role_permission', 'role_inheritance') AND f.kind = 'role_permission' AND f.body ->> 'role_id'`),
  role_inheritance: raw(`f.kind IN ('role_permission', 'role_inheritance') AND f.kind = 'role_inheritance' AND f.body ->> 'role_id'`),
} as const;

/** Kind of rows that belong to a Member or a Role. */
export type LinkKind = keyof typeof LINKS;

/** Rows of a Space, and of the catalogue, as they were at a revision: also those that are revoked or disabled, which no index holds. */
export class Versions {
  constructor(private readonly executor: SqlExecutor, private readonly spaceId: string, private readonly revision: FactRevision) {}

  /** One row of the Space by its id. */
  async row(kind: string, id: string): Promise<FactRow | undefined> {
    return (await this.newest(this.spaceId, this.revision.space, sql`SELECT ${kind}::text AS kind, ${id}::text AS id`))[0];
  }

  /** A Permission of the catalogue. */
  async permission(id: string): Promise<FactRow | undefined> {
    return (await this.newest('', this.revision.instance, sql`SELECT 'permission' AS kind, ${id}::text AS id`))[0];
  }

  /** Permissions of the catalogue for a type and an action. */
  async permissionsFor(resourceType: string, action: string): Promise<FactRow[]> {
    return this.newest('', this.revision.instance, sql`
      SELECT p.id, 'permission' AS kind FROM sys_authz.permissions p WHERE p.resource_type = ${resourceType} AND p.action = ${action}`);
  }

  /** Whether a Role or a Permission has the id, wherever it may be: ids are unique over the instance. */
  async isTaken(kind: 'role' | 'permission', id: string): Promise<boolean> {
    const table = raw(kind === 'role' ? 'sys_authz.roles' : 'sys_authz.permissions');
    return (await this.executor.query(sql`SELECT 1 AS taken FROM ${table} WHERE id = ${id}`)).length > 0;
  }

  /** Rows of a Member, or of a Role. */
  async linked(kind: LinkKind, ownerId: string): Promise<FactRow[]> {
    return this.newest(this.spaceId, this.revision.space, sql`SELECT DISTINCT f.kind, f.id FROM sys_authz.fact_version f WHERE ${LINKS[kind]} = ${ownerId}`);
  }

  private async newest(spaceId: string, rev: number, wanted: Sql): Promise<FactRow[]> {
    return this.executor.query<FactRow>(sql`
      SELECT w.kind, w.id, false AS removed, n.body FROM (${wanted}) AS w CROSS JOIN LATERAL (
        SELECT v.removed, v.body FROM sys_authz.fact_version v
        WHERE v.kind = w.kind AND v.id = w.id AND v.space_id = ${spaceId} AND v.rev <= ${rev} ORDER BY v.rev DESC LIMIT 1) AS n
      WHERE NOT n.removed ORDER BY w.id`);
  }
}
