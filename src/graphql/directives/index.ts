export * from './definitions.js';
export * from './guard-schema.js';
export * from './guard-session.js';
export * from './policies.js';
export * from './read-requirements.js';
export * from './requirement.js';
export * from './selection-requirements.js';
export * from './unauthorized.js';
