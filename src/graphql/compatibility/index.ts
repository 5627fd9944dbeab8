export * from './changed-coordinates.js';
export * from './touched-coordinates.js';
