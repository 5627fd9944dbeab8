export * from './document-errors.js';
export * from './document-gate.js';
export * from './document-register.js';
export * from './document-request.js';
export * from './read-manifest.js';
