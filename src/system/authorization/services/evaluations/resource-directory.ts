import { sql, type Sql } from '../../../../persistence/index.js';
import { NameMemory } from './name-memory.js';
import type { DirectoryParts } from './subject-directory.js';

/** A resource by name. */
export interface ResourceName {
  readonly type: string;
  readonly id: string;
}

/** Finds stored Resources of a Space by type and id, else by type and external id. */
export class ResourceDirectory {
  private readonly memory: NameMemory<{ readonly id: string | undefined }>;

  constructor(private readonly parts: DirectoryParts) {
    this.memory = new NameMemory(parts.clock, parts.most);
  }

  /**
   * Gives the ids of the Resources, in the order of the names; undefined where none is stored.
   *
   * @param isFresh - the answer must hold every change that was committed before the call
   */
  async find(spaceId: string, names: readonly ResourceName[], now: number, isFresh = false): Promise<readonly (string | undefined)[]> {
    const isBelieved = !isFresh && this.parts.silence.isHeard();
    const found = names.map(({ type, id }) => (isBelieved ? this.memory.get(spaceId, type, id, now) : undefined));
    const missing = names.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found.map((each) => each?.id);
    const began = this.parts.clock.now;
    const rows = await this.parts.database.prepared<ResourceRow>('authorization.named_resources', byName(spaceId, missing));
    // The one that has the name as its id comes last, and so wins.
    const read = new Map(rows.map(({ name, type, id }) => [keyOf({ type, id: name }), id]));
    for (const name of missing) {
      const id = read.get(keyOf(name));
      this.memory.set(spaceId, name.type, name.id, { value: { id }, facts: id === undefined ? [name.id] : [name.id, id], validUntil: Infinity }, began);
    }
    return names.map((name, index) => (found[index] === undefined ? read.get(keyOf(name)) : found[index].id));
  }

  /** What stands under one name, where that is remembered; its id is undefined where none is stored. */
  remembered(spaceId: string, { type, id }: ResourceName, now: number): { readonly id: string | undefined } | undefined {
    return this.parts.silence.isHeard() ? this.memory.get(spaceId, type, id, now) : undefined;
  }
}

interface ResourceRow {
  readonly name: string;
  readonly type: string;
  readonly id: string;
}

function keyOf({ type, id }: ResourceName): string {
  return JSON.stringify([type, id]);
}

function byName(spaceId: string, names: readonly ResourceName[]): Sql {
  return sql`
    WITH named AS (SELECT * FROM unnest(${names.map(({ type }) => type)}::text[], ${names.map(({ id }) => id)}::text[]) AS n (type, name))
    SELECT n.name, n.type, r.id, 1 AS place FROM named n
    JOIN sys_resource.resources r ON r.space_id = ${spaceId} AND r.resource_type = n.type AND r.external_id = n.name
    UNION ALL
    SELECT n.name, n.type, r.id, 2 FROM named n JOIN sys_resource.resources r ON r.id = n.name AND r.space_id = ${spaceId} AND r.resource_type = n.type
    ORDER BY place`;
}
