export * from './facts-export.js';
export * from './facts-import.js';
