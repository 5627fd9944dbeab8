export * from './clock/index.js';
export * from './crypto/index.js';
export * from './errors/index.js';
export * from './ids/index.js';
export * from './manifest/index.js';
export * from './lifecycle/index.js';
export * from './registries/index.js';
export * from './services/index.js';
