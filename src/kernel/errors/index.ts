export { ERROR_CODES, type ErrorCode, type ErrorDefinition, type ErrorKind, type UserErrorCode } from './error-codes.js';
export { invalid } from './invalid.js';
export { invariant } from './invariant.js';
export { notFound, type NamedEntity } from './not-found.js';
export { isPolityError, PolityError, type InputPath, type PolityErrorOptions } from './polity-error.js';
