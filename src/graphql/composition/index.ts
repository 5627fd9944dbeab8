export * from './compose-schema.js';
export * from './node-resolver.js';
export * from './print-schema.js';
export * from './schema-fragment.js';
export * from './schema-registry.js';
export * from './version-resolver.js';
