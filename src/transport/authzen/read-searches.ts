import type { ActionSearch, ResourceSearch, SubjectSearch } from '../../system/shared/contracts/index.js';
import { actionAt, contextAt, entityAt, soughtAt, type JsonObject } from './read-fields.js';

/** Reads a search for subjects. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readSubjectSearch(body: JsonObject): SubjectSearch {
  const { receipt: _receipt, ...asked } = contextAt(body['context'], ['context']);
  return { ...asked, subject: soughtAt(body['subject'], ['subject']), action: actionAt(body['action'], ['action']), resource: entityAt(body['resource'], ['resource']) };
}

/** Reads a search for resources. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readResourceSearch(body: JsonObject): ResourceSearch {
  const { receipt: _receipt, ...asked } = contextAt(body['context'], ['context']);
  return { ...asked, subject: entityAt(body['subject'], ['subject']), action: actionAt(body['action'], ['action']), resource: soughtAt(body['resource'], ['resource']) };
}

/** Reads a search for actions. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readActionSearch(body: JsonObject): ActionSearch {
  const { receipt: _receipt, ...asked } = contextAt(body['context'], ['context']);
  return { ...asked, subject: entityAt(body['subject'], ['subject']), resource: entityAt(body['resource'], ['resource']) };
}
