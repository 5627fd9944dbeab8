import { EMPTY_MODEL, type Model } from '../model.js';
import { Fields } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';
import type { YamlNode } from '../yaml/yaml-node.js';
import { present } from './entries.js';
import { readAssignments, readResources } from './read-data.js';
import { readGroups, readMembers, readSpace, readUsers } from './read-people.js';
import { readPermissions, readRoles, readSeparation } from './read-rules.js';
import { readTypes } from './read-types.js';

/** Version of the form of the files. */
export const FORM_VERSION = 1;

/** Reads a file of rules, data or both. What is wrong is reported; whether it fits together is not looked at yet. */
export function readModel(node: YamlNode, problems: Problems): Model {
  const fields = Fields.of(node, problems, 'A model');
  if (fields === undefined) return EMPTY_MODEL;
  checkVersion(fields, problems);
  const model = readSections(fields, problems);
  fields.end();
  return model;
}

/** Reads the sections of a model out of the fields of a node. */
export function readSections(fields: Fields, problems: Problems): Model {
  return {
    types: readTypes(fields, problems),
    permissions: readPermissions(fields, problems),
    roles: readRoles(fields, problems),
    separation: readSeparation(fields, problems),
    ...readDataSections(fields, problems),
  };
}

/** Reads the sections of data. */
export function readDataSections(fields: Fields, problems: Problems): Pick<Model, 'space' | 'groups' | 'users' | 'members' | 'assignments' | 'resources'> {
  return {
    ...present({ space: readSpace(fields, problems) }),
    groups: readGroups(fields, problems),
    users: readUsers(fields, problems),
    members: readMembers(fields, problems),
    assignments: readAssignments(fields, problems),
    resources: readResources(fields, problems),
  };
}

/** Reports a file that does not say its form, or says another one. */
export function checkVersion(fields: Fields, problems: Problems): void {
  const version = fields.node('polity');
  if (version === undefined) problems.add(fields.place, `This file does not say its form: it begins with polity: ${FORM_VERSION}.`);
  else if (version.kind !== 'scalar' || version.value !== FORM_VERSION) problems.add(version.place, `This release reads the form polity: ${FORM_VERSION}.`);
}
