import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import type { FactRow } from '../../fact-index/fact-row.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { checkedId, required } from '../input-checks.js';
import type { LinkKind, Versions } from './versions.js';

type Body = FactRow['body'];

const KINDS = { Role: 'role', Member: 'member', Group: 'group', UserMember: 'user_member', MemberRole: 'member_role', RolePermission: 'role_permission', RoleInheritance: 'role_inheritance' } as const;

/** A Space as it would be: a copy of its facts that nobody else has, and that changes are made to one after the other. */
export class Hypothesis {
  private readonly written = new Map<string, FactRow>();

  constructor(readonly index: SpaceIndex, private readonly versions: Versions, readonly now: number) {}

  /** An object of the Space by its id. @throws PolityError `…_NOT_FOUND` for what is absent or of another Space */
  async find(type: keyof typeof KINDS, id: string, path: InputPath): Promise<FactRow> {
    const known = required(checkedId(id, path), path);
    const row = this.written.get(keyOf(KINDS[type], known)) ?? (await this.versions.row(KINDS[type], known));
    if (row === undefined) throw notFound(type, path);
    return row;
  }

  /** A Permission of the catalogue. @throws PolityError `PERMISSION_NOT_FOUND` */
  async permission(id: string, path: InputPath): Promise<FactRow> {
    const known = required(checkedId(id, path), path);
    const row = this.written.get(keyOf('permission', known)) ?? (await this.versions.permission(known));
    if (row === undefined) throw notFound('Permission', path);
    return row;
  }

  /** Permissions for a type and an action, proposed ones included. */
  async permissionsFor(resourceType: string, action: string): Promise<FactRow[]> {
    const stored = await this.versions.permissionsFor(resourceType, action);
    return this.overlaid('permission', stored, ({ resource_type: type, action: key }) => type === resourceType && key === action);
  }

  /** Rows of a Member, or of a Role, proposed ones included. */
  async linked(kind: LinkKind, ownerId: string): Promise<FactRow[]> {
    const column = kind === 'member_role' ? 'member_id' : 'role_id';
    return this.overlaid(kind, await this.versions.linked(kind, ownerId), (body) => body[column] === ownerId);
  }

  /** Makes a change: the row is now as it is given. */
  write(kind: string, id: string, body: Body): void {
    this.writeAll([{ kind, id, removed: false, body }]);
  }

  /** Makes several changes of rows at once. */
  writeAll(rows: readonly FactRow[]): void {
    for (const row of rows) this.written.set(keyOf(row.kind, row.id), row);
    this.index.permissionsChanged(this.index.registry.apply(rows));
    this.index.apply(rows);
    this.index.settle();
  }

  /** Changes columns of a row. */
  change(row: FactRow, columns: Body): void {
    this.write(row.kind, row.id, { ...row.body, ...columns });
  }

  /** @throws PolityError `ID_UNAVAILABLE` for an id that something has, here or elsewhere, or that is proposed already */
  async assertFree(kind: 'role' | 'permission', id: string, path: InputPath): Promise<void> {
    if (this.written.has(keyOf(kind, id)) || (await this.versions.isTaken(kind, id))) throw invalid(path, 'This id is taken or reserved.', 'ID_UNAVAILABLE');
  }

  private overlaid(kind: string, stored: readonly FactRow[], belongs: (body: Body) => boolean): FactRow[] {
    const written = [...this.written.values()].filter((row) => row.kind === kind && belongs(row.body));
    const ids = new Set(written.map(({ id }) => id));
    return [...stored.filter(({ id }) => !ids.has(id)), ...written];
  }
}

/** Id of what a proposal would make: no id that a row can have, and the same whenever it is proposed. */
export function proposedId(path: InputPath): string {
  return `proposed.${String(path.find((part) => typeof part === 'number') ?? 0)}`;
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
