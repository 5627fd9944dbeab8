import type { Json } from './yaml/json-of.js';
import type { Place } from './yaml/place.js';

/** Something that a model names. */
export interface Entry {
  /** Where it stands. */
  readonly at: Place;
  /** Its id in the database that it was read from. */
  readonly id?: string;
}

/** The name of another entry. */
export interface Ref extends Entry {
  readonly name: string;
}

/** Whether a rule counts. */
export type RuleStatus = 'active' | 'disabled';

/** Owner of the resource types that models may change. */
export const APP_OWNER = 'app';

/** Where the Resources of a type are kept. */
export interface MappingEntry extends Entry {
  readonly storage: 'internal_table' | 'plugin_managed';
  readonly status: RuleStatus;
}

/** An action of a resource type. */
export interface ActionEntry extends Entry {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly risk: 'low' | 'normal' | 'high' | 'critical';
  readonly audit: boolean;
  readonly status: RuleStatus;
}

/** A resource type. */
export interface TypeEntry extends Entry {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly status: RuleStatus;
  /** Who alone may change it. */
  readonly owner: string;
  readonly mapping?: MappingEntry;
  readonly actions: ReadonlyMap<string, ActionEntry>;
}

/** A Permission. What it says is its identity; the key is its name in files. */
export interface PermissionEntry extends Entry {
  readonly key: string;
  readonly type: string;
  readonly action: string;
  readonly scope: 'self' | 'group' | 'group_tree' | 'space' | 'global';
  readonly effect: 'allow' | 'deny';
  readonly condition?: string;
  readonly description?: string;
  readonly status: RuleStatus;
  /** Its type or action is meant to be missing. */
  readonly unregistered: boolean;
}

/** A Role with what it holds and inherits. */
export interface RoleEntry extends Entry {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly requestable: boolean;
  readonly status: RuleStatus;
  readonly permissions: readonly Ref[];
  readonly inherits: readonly Ref[];
}

/** What nobody may hold together. */
export interface SeparationEntry extends Entry {
  readonly name: string;
  /** Id that the file gives, where the name does not tell rules apart. */
  readonly givenId?: string;
  readonly roles: readonly Ref[];
  readonly permissions: readonly Ref[];
  readonly atMost: number;
  readonly status: RuleStatus;
}

/** The Space of the data. */
export interface SpaceEntry extends Entry {
  readonly key: string;
  readonly status: 'active' | 'disabled' | 'deleting';
}

/** A Group by its path. */
export interface GroupEntry extends Entry {
  readonly path: string;
  readonly name?: string;
  readonly status: RuleStatus;
}

/** A login account. */
export interface UserEntry extends Entry {
  readonly key: string;
  readonly email?: string;
  readonly status: RuleStatus;
}

/** A binding of a User to a Member. */
export interface BindingEntry extends Entry {
  readonly key: string;
  readonly user: Ref;
  readonly relation: 'login' | 'delegate' | 'external' | 'service' | 'temporary' | 'self';
  readonly primary: boolean;
  readonly status: 'active' | 'revoked';
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** A business actor with its bindings. */
export interface MemberEntry extends Entry {
  readonly key: string;
  readonly name: string;
  readonly memberType: 'human' | 'service';
  readonly externalId?: string;
  readonly status: RuleStatus;
  readonly bindings: ReadonlyMap<string, BindingEntry>;
}

/** That a Member has a Role. Moments are milliseconds since the epoch. */
export interface AssignmentEntry extends Entry {
  readonly member: Ref;
  readonly role: Ref;
  readonly anchor?: Ref;
  readonly startsAt?: number;
  readonly expiresAt?: number;
  readonly condition?: string;
}

/** A Resource; its key is its id. */
export interface ResourceEntry extends Entry {
  readonly key: string;
  readonly type: Ref;
  readonly externalId?: string;
  readonly group?: Ref;
  readonly owner?: Ref;
  readonly visibility: 'private' | 'group' | 'space' | 'public';
  readonly status: 'active' | 'archived' | 'deleted';
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** Rules, and for tests the data that they are about. */
export interface Model {
  readonly types: ReadonlyMap<string, TypeEntry>;
  readonly permissions: ReadonlyMap<string, PermissionEntry>;
  readonly roles: ReadonlyMap<string, RoleEntry>;
  readonly separation: readonly SeparationEntry[];
  readonly space?: SpaceEntry;
  readonly groups: ReadonlyMap<string, GroupEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly members: ReadonlyMap<string, MemberEntry>;
  readonly assignments: readonly AssignmentEntry[];
  readonly resources: ReadonlyMap<string, ResourceEntry>;
}

/** A model without anything. */
export const EMPTY_MODEL: Model = {
  types: new Map(), permissions: new Map(), roles: new Map(), separation: [], groups: new Map(), users: new Map(), members: new Map(),
  assignments: [], resources: new Map(),
};
