import type { ActionSearch, ResourceSearch, SubjectSearch } from '../../system/shared/contracts/index.js';
import { actionAt, contextAt, entityAt, soughtAt, type JsonObject } from './read-fields.js';

const ROOT = [] as const;

/** Reads a search for subjects. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readSubjectSearch(body: JsonObject): SubjectSearch {
  const { receipt: _receipt, ...asked } = contextAt(body, ROOT);
  return { ...asked, subject: soughtAt(body, 'subject', ROOT), action: actionAt(body, ROOT), resource: entityAt(body, 'resource', ROOT) };
}

/** Reads a search for resources. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readResourceSearch(body: JsonObject): ResourceSearch {
  const { receipt: _receipt, ...asked } = contextAt(body, ROOT);
  return { ...asked, subject: entityAt(body, 'subject', ROOT), action: actionAt(body, ROOT), resource: soughtAt(body, 'resource', ROOT) };
}

/** Reads a search for actions. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readActionSearch(body: JsonObject): ActionSearch {
  const { receipt: _receipt, ...asked } = contextAt(body, ROOT);
  return { ...asked, subject: entityAt(body, 'subject', ROOT), resource: entityAt(body, 'resource', ROOT) };
}
