import { compareBytes, inByteOrder } from '../compare-bytes.js';
import type { Entry, Model } from '../model.js';
import { FORM_VERSION } from '../read/read-model.js';
import { assignmentFields, groupsTree, memberFields, resourceFields, userFields } from './data-fields.js';
import { printYaml } from './print-yaml.js';
import { permissionFields, roleFields, separationFields, typeFields } from './rule-fields.js';

/** Writes a model in its one canonical form: sections and fields in a fixed order, entries sorted, defaults left out. */
export function writeModel(model: Model): string {
  const { types, permissions, roles, separation, space, groups, users, members, assignments, resources } = model;
  const sections = {
    polity: FORM_VERSION,
    resource_types: entriesOf(types, typeFields),
    permissions: entriesOf(permissions, permissionFields),
    roles: entriesOf(roles, roleFields),
    separation_rules: [...separation].sort((left, right) => compareBytes(left.name, right.name) || compareBytes(left.givenId ?? '', right.givenId ?? '')).map(separationFields),
    space: space === undefined ? undefined : space.status === 'active' ? space.key : { key: space.key, status: space.status },
    groups: groupsTree(groups),
    users: entriesOf(users, userFields),
    members: entriesOf(members, memberFields),
    assignments: inByteOrder(assignments, ({ member, role, anchor }) => JSON.stringify([member.name, role.name, anchor?.name ?? null])).map(assignmentFields),
    resources: entriesOf(resources, resourceFields),
  };
  const filled = Object.entries(sections).filter(([, section]) => section !== undefined && !(typeof section === 'object' && isEmpty(section)));
  // A Map keeps its order whatever the keys look like; an object puts those that look like numbers first.
  return printYaml(new Map(filled));
}

/** Entries by key, each as its fields. */
export function entriesOf<Made extends Entry>(entries: ReadonlyMap<string, Made>, fieldsOf: (entry: Made) => object): Map<string, object> {
  return new Map(inByteOrder(entries, ([key]) => key).map(([key, entry]) => [key, fieldsOf(entry)]));
}

function isEmpty(section: object): boolean {
  return section instanceof Map ? section.size === 0 : Array.isArray(section) && section.length === 0;
}
