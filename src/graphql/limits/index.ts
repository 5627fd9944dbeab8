export * from './cost/index.js';
export * from './introspection.js';
export * from './operation-limits.js';
