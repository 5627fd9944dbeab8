import { inByteOrder } from '../compare-bytes.js';
import type { Entry, Model, Ref } from '../model.js';
import type { EntryOfKind, Kind, LinkEntry } from './change.js';
import { COMPARABLE } from './comparable.js';

/** The entries of a kind that count: what has ended, or was taken away, is as good as absent. Sorted; Groups stand behind those above them. */
export function entriesOf<OfKind extends Kind>(kind: OfKind, model: Model, now: number): EntryOfKind[OfKind][] {
  const { types, permissions, roles, separation, groups, users, members, assignments } = model;
  const isOver = (expiresAt: number | undefined): boolean => expiresAt !== undefined && expiresAt <= now;
  const entries: { readonly [Each in Kind]: () => Iterable<EntryOfKind[Each]> } = {
    type: () => types.values(),
    action: () => [...types.values()].flatMap(({ key: type, owner, actions }) => [...actions.values()].map((action) => ({ ...action, type, owner }))),
    mapping: () => [...types.values()].flatMap(({ key: type, owner, mapping }) => (mapping === undefined ? [] : [{ ...mapping, type, owner }])),
    permission: () => permissions.values(),
    role: () => roles.values(),
    role_permission: () => links(model, ({ permissions: held }) => held, permissions),
    inheritance: () => links(model, ({ inherits }) => inherits, roles),
    separation_rule: () => separation,
    group: () => groups.values(),
    user: () => users.values(),
    member: () => members.values(),
    binding: () => [...members.values()].flatMap(({ key: member, bindings }) =>
      [...bindings.values()].filter(({ status, expiresAt }) => status === 'active' && !isOver(expiresAt)).map((binding) => ({ ...binding, member }))),
    assignment: () => assignments.filter(({ expiresAt }) => !isOver(expiresAt)),
  };
  return inByteOrder<EntryOfKind[OfKind]>(entries[kind](), (entry) => JSON.stringify(COMPARABLE[kind].keyOf(entry)));
}

function links<To extends Entry>({ roles }: Model, refsOf: (role: EntryOfKind['role']) => readonly Ref[], among: ReadonlyMap<string, To>): LinkEntry<To>[] {
  return [...roles.values()].flatMap((role) => refsOf(role).flatMap((ref) => {
    const to = among.get(ref.name);
    return to === undefined ? [] : [{ role, to, at: ref.at, ...(ref.id === undefined ? {} : { id: ref.id }) }];
  }));
}
