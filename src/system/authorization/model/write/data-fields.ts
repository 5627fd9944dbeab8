import { inByteOrder } from '../compare-bytes.js';
import type { AssignmentEntry, BindingEntry, GroupEntry, MemberEntry, ResourceEntry, UserEntry } from '../model.js';
import type { Json } from '../yaml/json-of.js';
import { unless, written, type WrittenFields } from './rule-fields.js';

/** The Groups as the tree that their paths make. */
export function groupsTree(groups: ReadonlyMap<string, GroupEntry>): Map<string, WrittenFields> {
  const below = Map.groupBy(inByteOrder(groups.values(), ({ path }) => path), ({ path }) => path.slice(0, Math.max(path.lastIndexOf('.'), 0)));
  const level = (above: string): Map<string, WrittenFields> => new Map((below.get(above) ?? []).map(({ path, name, status }) => {
    const children = level(path);
    return [path.slice(path.lastIndexOf('.') + 1), written({ name, status: unless('active', status), groups: children.size === 0 ? undefined : children })];
  }));
  return level('');
}

export function userFields({ email, status }: UserEntry): WrittenFields {
  return written({ email, status: unless('active', status) });
}

export function memberFields({ key, name, memberType, externalId, status, bindings }: MemberEntry): WrittenFields {
  return written({
    name: unless(key, name),
    type: unless('human', memberType),
    external_id: externalId,
    status: unless('active', status),
    ...bindingsOf(key, bindings),
  });
}

function bindingsOf(memberKey: string, bindings: ReadonlyMap<string, BindingEntry>): WrittenFields {
  const [only, ...others] = bindings.values();
  if (only === undefined) return {};
  const isUsual = only.key === memberKey && only.relation === 'login' && !only.primary && only.status === 'active' && only.expiresAt === undefined;
  if (others.length === 0 && isUsual) return { user: only.user.name };
  return { bindings: new Map(inByteOrder(bindings.values(), ({ key }) => key).map((binding) => [binding.key, bindingFields(binding)])) };
}

function bindingFields({ user, relation, primary, status, expiresAt }: BindingEntry): WrittenFields {
  return written({ user: user.name, relation: unless('login', relation), primary: unless(false, primary), status: unless('active', status), expires_at: momentOf(expiresAt) });
}

export function assignmentFields({ member, role, anchor, startsAt, expiresAt, condition }: AssignmentEntry): WrittenFields {
  return written({ member: member.name, role: role.name, anchor: anchor?.name, starts_at: momentOf(startsAt), expires_at: momentOf(expiresAt), condition });
}

export function resourceFields({ type, externalId, group, owner, visibility, status, metadata }: ResourceEntry): WrittenFields {
  return written({
    type: type.name, external_id: externalId, group: group?.name, owner: owner?.name,
    visibility: unless('private', visibility), status: unless('active', status), metadata: metadata === undefined ? undefined : sorted(metadata),
  });
}

function sorted(value: Json): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(inByteOrder(Object.entries(value), ([key]) => key).map(([key, part]) => [key, sorted(part)]));
}

function momentOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
