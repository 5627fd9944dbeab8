import type { DenyCode, PermissionFact, RegistryFacts } from '../engine/index.js';
import { optionalText, text, type FactRow } from './fact-row.js';

/** Scopes in the order of their names: candidates are sorted by them. */
export const SCOPE_CODES = { global: 0, group: 1, group_tree: 2, self: 3, space: 4 } as const;

/** A Permission of the catalogue. */
export interface PermissionEntry {
  readonly id: string;
  readonly pair: PairEntry;
  readonly scope: string;
  /** Number of {@link SCOPE_CODES}; -1 for an unknown scope. */
  readonly scopeCode: number;
  readonly effect: 'allow' | 'deny';
  readonly condition?: string;
  readonly status: string;
  /** The same as grants tell it: made once, because explanations ask for it again and again. */
  readonly fact: PermissionFact;
}

/** An action on a type: what Permissions name and questions ask for. It has a number even when it is not registered. */
export interface PairEntry {
  readonly number: number;
  readonly type: TypeEntry;
  readonly key: string;
  fact?: RegistryFacts['action'];
  /** What is wrong with type, action or mapping, the first of these; undefined when questions may be asked. */
  problem: DenyCode | undefined;
}

/** A resource type. */
export interface TypeEntry {
  readonly key: string;
  fact?: RegistryFacts['resourceType'];
  mapping?: RegistryFacts['mapping'];
  readonly actions: Map<string, PairEntry>;
}

const NO_TYPE: TypeEntry = { key: '', fact: undefined, mapping: undefined, actions: new Map() };
const NO_PAIR: PairEntry = { number: -1, type: NO_TYPE, key: '', fact: undefined, problem: 'INVALID_RESOURCE_TYPE' };

/** Facts of the instance that every decision reads: the registry and the catalogue of Permissions. */
export class RegistryIndex {
  /** Revision of the instance. */
  revision = 0;
  private readonly types = new Map<string, TypeEntry>();
  private readonly permissions = new Map<string, PermissionEntry>();
  private readonly typeOfRow = new Map<string, TypeEntry>();
  private pairs = 0;

  /** The type, when anything names it. */
  type(key: string): TypeEntry | undefined {
    return this.types.get(key);
  }

  /** The Permission of an id; one that grants nothing while there is none. */
  permissionNamed(id: string): PermissionEntry {
    return this.permissions.get(id) ?? entryOf({ id, resourceType: '', action: '', scope: '', effect: 'allow', status: 'missing' }, NO_PAIR);
  }

  /** Types in the order in which they became known. */
  allTypes(): Iterable<TypeEntry> {
    return this.types.values();
  }

  /** Number of pairs; numbers are given from 0 on and never again. */
  get pairCount(): number {
    return this.pairs;
  }

  /**
   * Takes rows in; those of other kinds are passed over. What goes and what comes in its place may stand in any order. Gives the ids of
   * Permissions that changed.
   */
  apply(rows: readonly FactRow[]): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const row of rows) {
      if (row.kind === 'permission') {
        this.applyPermission(row);
        changed.add(row.id);
      } else if (row.kind === 'resource_type') this.applyType(row);
      else if (row.kind === 'resource_action') this.applyAction(row);
      else if (row.kind === 'resource_mapping') this.applyMapping(row);
    }
    return changed;
  }

  private applyPermission(row: FactRow): void {
    if (row.removed) {
      this.permissions.delete(row.id);
      return;
    }
    const condition = optionalText(row, 'condition');
    const [resourceType, action] = [text(row, 'resource_type'), text(row, 'action')];
    this.permissions.set(row.id, entryOf({
      id: row.id,
      resourceType,
      action,
      scope: text(row, 'scope'),
      // Versions from before there were denies have no such column.
      effect: row.body.effect === 'deny' ? 'deny' : 'allow',
      ...(condition === undefined ? {} : { condition }),
      status: text(row, 'status'),
    }, this.pair(resourceType, action)));
  }

  private applyType(row: FactRow): void {
    const entry = this.named(text(row, 'key'));
    if (!row.removed) entry.fact = { id: row.id, key: entry.key, status: text(row, 'status') };
    else if (entry.fact?.id === row.id) entry.fact = undefined;
    settle(entry);
  }

  private applyAction(row: FactRow): void {
    const pair = this.pair(text(row, 'resource_type'), text(row, 'key'));
    if (!row.removed) {
      pair.fact = { id: row.id, key: pair.key, riskLevel: text(row, 'risk_level'), auditDefault: row.body.audit_default === true, status: text(row, 'status') };
    } else if (pair.fact?.id === row.id) pair.fact = undefined;
    settle(pair.type);
  }

  private applyMapping(row: FactRow): void {
    const entry = this.named(text(row, 'resource_type'));
    // A mapping can be moved to another type: the old one then has none.
    const before = this.typeOfRow.get(row.id);
    if (before !== undefined && before !== entry && before.mapping?.id === row.id) {
      before.mapping = undefined;
      settle(before);
    }
    this.typeOfRow.set(row.id, entry);
    if (!row.removed) entry.mapping = { id: row.id, storageKind: text(row, 'storage_kind'), status: text(row, 'status') };
    else if (entry.mapping?.id === row.id) entry.mapping = undefined;
    settle(entry);
  }

  private named(key: string): TypeEntry {
    let entry = this.types.get(key);
    if (entry === undefined) this.types.set(key, (entry = { key, fact: undefined, mapping: undefined, actions: new Map() }));
    return entry;
  }

  private pair(type: string, action: string): PairEntry {
    const entry = this.named(type);
    let pair = entry.actions.get(action);
    if (pair === undefined) {
      entry.actions.set(action, (pair = { number: this.pairs, type: entry, key: action, fact: undefined, problem: undefined }));
      this.pairs += 1;
      settle(entry);
    }
    return pair;
  }
}

function entryOf(fact: PermissionFact, pair: PairEntry): PermissionEntry {
  const { id, scope, effect, condition, status } = fact;
  const scopeCode = Object.hasOwn(SCOPE_CODES, scope) ? SCOPE_CODES[scope as keyof typeof SCOPE_CODES] : -1;
  return { id, pair, scope, scopeCode, effect, ...(condition === undefined ? {} : { condition }), status, fact };
}

function settle(type: TypeEntry): void {
  for (const pair of type.actions.values()) pair.problem = problemOf(type, pair);
}

/** What is wrong with type, action and mapping: missing before inactive, in this order. */
export function problemOf(type: TypeEntry | undefined, pair: PairEntry | undefined): DenyCode | undefined {
  if (type?.fact === undefined) return 'INVALID_RESOURCE_TYPE';
  if (type.fact.status !== 'active') return 'RESOURCE_TYPE_INACTIVE';
  if (pair?.fact === undefined) return 'INVALID_RESOURCE_ACTION';
  if (pair.fact.status !== 'active') return 'RESOURCE_ACTION_INACTIVE';
  if (type.mapping === undefined) return 'RESOURCE_MAPPING_NOT_FOUND';
  return type.mapping.status === 'active' ? undefined : 'RESOURCE_MAPPING_INACTIVE';
}
