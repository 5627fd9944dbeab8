import { invalid, type InputPath } from '../errors/index.js';
import { ID_PREFIXES, type IdType } from './id-prefixes.js';
import { isId } from './is-id.js';
import { typeOfId } from './type-of-id.js';

/**
 * Checks an id that a caller chose for a new object. An id carries the prefix of its type; a Resource id may be anything that has
 * no reserved prefix.
 *
 * @param path - the input that holds the id
 * @throws PolityError `VALIDATION_FAILED` when the id is malformed or lacks its type's prefix, `ID_UNAVAILABLE` when a Resource id
 * has a reserved prefix: the answer of a taken id, so that it tells nothing about what exists
 */
export function assertSuppliedId(type: IdType, id: string, path: InputPath = ['input', 'id']): void {
  if (!isId(id)) throw invalid(path, 'An id has 3 to 128 characters out of A-Z, a-z, 0-9, dot, underscore and hyphen.');
  if (type === 'Resource') {
    if (typeOfId(id) !== 'Resource') throw invalid(path, 'This id is taken or reserved.', 'ID_UNAVAILABLE');
    return;
  }
  const start = `${ID_PREFIXES[type]}_`;
  if (!id.startsWith(start) || id.length === start.length) {
    throw invalid(path, `The id of a ${type} begins with ${start} and goes on after it.`);
  }
}
