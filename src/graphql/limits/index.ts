export * from './introspection.js';
export * from './operation-limits.js';
