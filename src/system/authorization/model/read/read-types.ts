import { APP_OWNER, type ActionEntry, type MappingEntry, type TypeEntry } from '../model.js';
import { actionKey, DESCRIPTION, NAME, ownerName, ruleKey } from '../text-checks.js';
import { Fields } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';
import { present, readEntries } from './entries.js';

const STATUSES = ['active', 'disabled'] as const;
const STORAGES = ['internal_table', 'plugin_managed'] as const;
const RISKS = ['low', 'normal', 'high', 'critical'] as const;

/** Reads resource types with their actions and where their Resources are kept. */
export function readTypes(fields: Fields, problems: Problems): Map<string, TypeEntry> {
  return readEntries(fields, 'resource_types', ruleKey, 'A resource type', problems, (key, own, at): TypeEntry => ({
    key, at,
    name: own.text('name', NAME) ?? key,
    status: own.word('status', STATUSES) ?? 'active',
    owner: own.text('owner', ownerName) ?? APP_OWNER,
    actions: readActions(own, problems),
    ...present({ description: described(own), mapping: readMapping(own, problems) }),
  }));
}

function readActions(fields: Fields, problems: Problems): Map<string, ActionEntry> {
  return readEntries(fields, 'actions', actionKey, 'An action', problems, (key, own, at): ActionEntry => ({
    key, at,
    name: own.text('name', NAME) ?? key,
    risk: own.word('risk', RISKS) ?? 'normal',
    audit: own.flag('audit') ?? true,
    status: own.word('status', STATUSES) ?? 'active',
    ...present({ description: described(own) }),
  }));
}

// `internal_table`, `plugin_managed`, `none`, or a mapping with `storage` and `status`; a type that says nothing keeps its Resources here.
function readMapping(fields: Fields, problems: Problems): MappingEntry | undefined {
  const node = fields.node('mapping');
  const at = fields.placeOf('mapping');
  if (node === undefined) return { at, storage: 'internal_table', status: 'active' };
  if (node.kind === 'scalar') {
    if (node.value === 'none') return undefined;
    const storage = STORAGES.find((word) => word === node.value);
    return storage === undefined ? problems.add(at, `This is none of ${[...STORAGES, 'none'].join(', ')}.`) : { at, storage, status: 'active' };
  }
  const own = Fields.of(node, problems, 'A mapping of a type');
  const mapping = own && { at, storage: own.word('storage', STORAGES) ?? 'internal_table', status: own.word('status', STATUSES) ?? 'active' };
  own?.end();
  return mapping;
}

/** A description that says something; an empty one is none. */
export function described(fields: Fields): string | undefined {
  const text = fields.text('description', DESCRIPTION);
  return text === '' ? undefined : text;
}
