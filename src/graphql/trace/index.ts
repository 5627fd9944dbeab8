export * from './field-trace.js';
