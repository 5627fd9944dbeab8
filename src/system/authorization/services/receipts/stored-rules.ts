import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import { rulesHash, type PermissionRule, type RulesPlace, type SpaceRules } from './rules-in-force.js';

const MOST_HELD = 256;

type Body = Readonly<Record<string, string | null>>;

/** Reads the rules that were in force at a revision from the versions of facts, and hashes them. */
export class StoredRules {
  private readonly held = new Map<string, Promise<string>>();

  constructor(private readonly executor: SqlExecutor) {}

  /** Hash of the rules of a place, as {@link rulesHash} says. */
  hash(place: RulesPlace, revision: FactRevision): Promise<string> {
    const key = JSON.stringify([place.spaceId, place.resourceType, place.action, revision.space, revision.instance]);
    const known = this.held.get(key);
    if (known !== undefined) return known;
    const reading = this.read(place, revision).then((rules) => rulesHash(place, rules));
    reading.catch(() => this.held.delete(key));
    this.held.set(key, reading);
    const [oldest] = this.held.keys();
    if (this.held.size > MOST_HELD && oldest !== undefined) this.held.delete(oldest);
    return reading;
  }

  private async read({ spaceId, resourceType, action }: RulesPlace, { space, instance }: FactRevision): Promise<SpaceRules> {
    // Rows of rules are never deleted while their Space is there, so the tables of today name every id that had a version then.
    const rows = await this.executor.query<{ kind: string; body: Body }>(sql`
      WITH asked AS (SELECT id FROM sys_authz.permissions WHERE resource_type = ${resourceType} AND action = ${action}), named (kind, id, space_id, rev) AS (
        SELECT 'permission', id, '', ${instance}::bigint FROM asked
        UNION ALL SELECT 'role', id, space_id, ${space}::bigint FROM sys_authz.roles WHERE space_id = ${spaceId}
        UNION ALL SELECT 'role_permission', id, space_id, ${space}::bigint FROM sys_authz.role_permissions
          WHERE space_id = ${spaceId} AND permission_id IN (SELECT id FROM asked)
        UNION ALL SELECT 'role_inheritance', id, space_id, ${space}::bigint FROM sys_authz.role_inheritances WHERE space_id = ${spaceId}
      )
      SELECT n.kind, latest.body FROM named n CROSS JOIN LATERAL (
        SELECT v.removed, v.body FROM sys_authz.fact_version v
        WHERE v.kind = n.kind AND v.id = n.id AND v.space_id = n.space_id AND v.rev <= n.rev ORDER BY v.rev DESC LIMIT 1
      ) AS latest WHERE NOT latest.removed AND latest.body ->> 'status' = 'active'`);
    const of = (wanted: string): Body[] => rows.filter(({ kind }) => kind === wanted).map(({ body }) => body);
    return {
      permissions: of('permission').map(permissionOf),
      roles: of('role').map((body) => ({ id: text(body, 'id'), key: text(body, 'key') })),
      rolePermissions: of('role_permission').map((body) => ({ id: text(body, 'id'), roleId: text(body, 'role_id'), permissionId: text(body, 'permission_id') })),
      roleInheritances: of('role_inheritance').map((body) => ({ id: text(body, 'id'), roleId: text(body, 'role_id'), inheritedRoleId: text(body, 'inherited_role_id') })),
    };
  }
}

// Versions that were written before there were denies and conditions say nothing of them.
function permissionOf(body: Body): PermissionRule {
  return { id: text(body, 'id'), scope: text(body, 'scope'), effect: body['effect'] ?? 'allow', condition: body['condition'] ?? null };
}

function text(body: Body, field: string): string {
  return body[field] as string;
}
