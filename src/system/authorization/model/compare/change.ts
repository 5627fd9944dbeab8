import type {
  ActionEntry, AssignmentEntry, BindingEntry, Entry, GroupEntry, MappingEntry, MemberEntry, PermissionEntry, RoleEntry, SeparationEntry, TypeEntry, UserEntry,
} from '../model.js';
import type { Place } from '../yaml/place.js';

/** A Role with something that it has, each by its entry in the same model. */
export interface LinkEntry<To extends Entry> extends Entry {
  readonly role: RoleEntry;
  readonly to: To;
}

/** The type that an action or a mapping belongs to, and whose it is. */
export interface OfType {
  readonly type: string;
  readonly owner: string;
}

/** What stands in a model, by kind; what belongs to another entry stands beside it. */
export interface EntryOfKind {
  readonly type: TypeEntry;
  readonly action: ActionEntry & OfType;
  readonly mapping: MappingEntry & OfType;
  readonly permission: PermissionEntry;
  readonly role: RoleEntry;
  readonly role_permission: LinkEntry<PermissionEntry>;
  readonly inheritance: LinkEntry<RoleEntry>;
  readonly separation_rule: SeparationEntry;
  readonly group: GroupEntry;
  readonly user: UserEntry;
  readonly member: MemberEntry;
  readonly binding: BindingEntry & { readonly member: string };
  readonly assignment: AssignmentEntry;
}

/** A kind of {@link EntryOfKind}. */
export type Kind = keyof EntryOfKind;

/** A field that differs. Absent values are undefined. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** How one entry of a kind differs between two models. `before` is what is stored, `after` what a file says. */
export interface ChangeOf<OfKind extends Kind> {
  readonly kind: OfKind;
  readonly op: 'add' | 'change' | 'remove';
  /** What tells it apart: its key, path or name. */
  readonly name: string;
  readonly before?: EntryOfKind[OfKind];
  readonly after?: EntryOfKind[OfKind];
  /** Only of a change. */
  readonly fields: readonly FieldChange[];
  /** Where the file says it; the whole file for what it does not have. */
  readonly at: Place;
}

/** How one entry differs. */
export type Change = { [OfKind in Kind]: ChangeOf<OfKind> }[Kind];
