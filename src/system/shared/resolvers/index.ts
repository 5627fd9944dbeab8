// Type-graphql reads types by reflection from the first decorator on.
import 'reflect-metadata';
export * from './connection.js';
export * from './cost.js';
export * from './enum-type.js';
export * from './guards.js';
export * from './mutation-input.js';
export * from './node.js';
export * from './page-args.js';
export * from './payload.js';
export * from './resource-visibility.js';
export * from './risk-level.js';
export * from './scalars.js';
export * from './versioned-node.js';
