import type { FactRow } from './found-facts.js';

/** What the versions of a fact hold: the columns of its table. */
export type FactBody = Readonly<Record<string, unknown>>;

/** Gives the body of a version the form of the facts that decisions read; undefined for kinds of which no decision reads one alone. */
export function factOfBody(kind: string, body: FactBody): FactRow | undefined {
  const columns = COLUMNS[kind];
  if (columns === undefined) return undefined;
  const fact = Object.fromEntries(columns.map((column) => [camelCase(column), valueOf(column, body[column])]));
  return { kind, fact: kind === 'resource' ? withoutEmptyMetadata(fact) : fact };
}

/** The permission of a version. Versions from before permissions could deny have none of those columns. */
export function permissionOfBody(body: FactBody): Record<string, unknown> {
  return { ...factOfBody('permission', body)?.fact, effect: body['effect'] ?? 'allow' };
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  user: ['id', 'status'],
  space: ['id', 'status'],
  member: ['id', 'space_id', 'status'],
  user_member: ['id', 'user_id', 'member_id', 'space_id', 'relation_type', 'status', 'is_primary', 'expires_at'],
  group: ['id', 'space_id', 'path', 'status'],
  resource_type: ['id', 'key', 'status'],
  resource_action: ['id', 'resource_type', 'key', 'risk_level', 'audit_default', 'status'],
  resource_mapping: ['id', 'resource_type', 'storage_kind', 'status'],
  resource: ['id', 'space_id', 'resource_type', 'external_id', 'group_id', 'owner_member_id', 'visibility', 'status', 'metadata'],
  role: ['id', 'key', 'space_id', 'status'],
  role_inheritance: ['role_id', 'inherited_role_id'],
  member_role: ['id', 'member_id', 'role_id', 'space_id', 'status', 'starts_at', 'expires_at', 'condition'],
  role_permission: ['id', 'role_id', 'status'],
  permission: ['id', 'resource_type', 'action', 'scope', 'condition', 'status'],
};

function camelCase(column: string): string {
  return column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

// Moments are milliseconds in facts, and null is what SQL has for absent.
function valueOf(column: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return column.endsWith('_at') && typeof value === 'string' ? Date.parse(value) : value;
}

function withoutEmptyMetadata({ metadata, ...fact }: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(metadata ?? {}).length === 0 ? fact : { ...fact, metadata };
}
