export * from './denied-fields.js';
export * from './format-error.js';
export * from './strict-authorization.js';
