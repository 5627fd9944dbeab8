export * from './change.js';
export * from './checked-text.js';
export * from './may.js';
export * from './require-in-space.js';
export * from './search-predicate.js';
export * from './text-bounds.js';
