export * from './group-queries.js';
export * from './groups.js';
