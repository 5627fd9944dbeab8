export { assertSuppliedId } from './assert-supplied-id.js';
export { ID_PREFIXES, type IdPrefix, type IdType } from './id-prefixes.js';
export { isId } from './is-id.js';
export { newId } from './new-id.js';
export { typeOfId } from './type-of-id.js';
export { createUuidV7 } from './uuid-v7.js';
