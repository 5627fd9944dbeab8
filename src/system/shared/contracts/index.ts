export * from './audit-log.js';
export * from './authenticator.js';
export * from './caller-grants.js';
export * from './caller.js';
export * from './permission-key.js';
export * from './platform.js';
export * from './reach.js';
export * from './request-context.js';
