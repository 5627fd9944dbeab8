import type { FactRow } from '../fact-row.js';
import type { Body } from './fact-rows.js';
import { FactStore } from './fact-store.js';
import { changeInstance } from './instance-changes.js';
import type { Random } from './random.js';
import { changeSpace } from './space-changes.js';

/** How a random world is made. */
export interface WorldOptions {
  readonly spaces: number;
  /** Also rows go that the product removes with their Space only, or never: nobody may look at their past, or write at the same time. */
  readonly mayRemoveAll?: boolean;
  /** Rows that no database would take: inheritance in circles, unknown scopes. */
  readonly odd?: boolean;
}

/** Types and actions that Permissions name and questions ask for; some are never registered. */
export const TYPES = ['invoice', 'report', 'contract'] as const;
export const ACTIONS = ['read', 'approve', 'Export-all'] as const;

const SIZES = { users: 7, members: 5, groups: 9, roles: 5, permissions: 18, resources: 8 };

/**
 * Facts that change at random, one transaction after the other, always as the constraints of the database allow. Everything is small,
 * so that much of it meets.
 */
export class RandomWorld {
  readonly store = new FactStore();
  readonly spaceIds: readonly string[];
  private made = 0;
  private readonly free = new Map<string, string[]>();
  /** Ids of what is gone. */
  readonly gone: string[] = [];

  constructor(readonly random: Random, readonly options: WorldOptions) {
    this.spaceIds = Array.from({ length: options.spaces }, (_, number) => `space_${'aAbBcCdD'[number] ?? number}`);
  }

  /** An id that is not there, seldom one that was; the order of ids is not that in which they were made. */
  newId(prefix: string, spaceId = ''): string {
    const free = this.free.get(spaceId)?.findIndex((id) => id.startsWith(`${prefix}_`)) ?? -1;
    if (free >= 0 && this.random.chance(0.3)) return this.free.get(spaceId)?.splice(free, 1)[0] as string;
    this.made += 1;
    return `${prefix}_${this.random.pick(['A', 'Z', 'a', 'z', '0', '_'])}${this.made}`;
  }

  /** Makes the first rows; they come in an order in which the database takes them. */
  begin(): FactRow[] {
    const rows: FactRow[] = [];
    const repeat = (times: number, make: () => readonly FactRow[]): void => {
      for (let time = 0; time < times; time += 1) rows.push(...make());
    };
    repeat(1, () => changeInstance(this, 'registry'));
    repeat(SIZES.users, () => changeInstance(this, 'new_user'));
    repeat(SIZES.permissions, () => changeInstance(this, 'new_permission'));
    for (const spaceId of this.spaceIds) {
      rows.push(this.store.put('space', { id: spaceId, name: spaceId, type: 'custom', status: 'active', delete_after: null }));
      repeat(SIZES.groups, () => changeSpace(this, spaceId, 'new_group'));
      repeat(SIZES.members, () => changeSpace(this, spaceId, 'new_member'));
      repeat(SIZES.members, () => changeSpace(this, spaceId, 'new_binding'));
      repeat(SIZES.roles, () => changeSpace(this, spaceId, 'new_role'));
      repeat(SIZES.roles * 4, () => changeSpace(this, spaceId, 'new_role_permission'));
      repeat(4, () => changeSpace(this, spaceId, 'new_inheritance'));
      repeat(SIZES.members * 8, () => changeSpace(this, spaceId, 'new_assignment'));
      repeat(SIZES.resources, () => changeSpace(this, spaceId, 'new_resource'));
    }
    return rows;
  }

  /** One more transaction: in a Space, or in the instance when no Space is named. It may have nothing to do. */
  change(spaceId?: string): FactRow[] {
    const rows = spaceId === undefined ? changeInstance(this) : changeSpace(this, spaceId);
    // Assignments can go and come back under the same id, but not within one transaction.
    for (const { kind, id, removed } of rows) {
      if (removed) this.gone.push(id);
      if (removed && kind === 'member_role' && spaceId !== undefined) this.free.set(spaceId, [...(this.free.get(spaceId) ?? []), id]);
    }
    return rows;
  }

  /** An id of something that is gone, by its prefix. */
  oneGone(prefix: string): string {
    return this.random.pick(this.gone.filter((id) => id.startsWith(`${prefix}_`))) ?? `${prefix}_none`;
  }

  /** One of some rows. */
  one(bodies: readonly Body[]): Body | undefined {
    return this.random.pick(bodies);
  }
}
