export * from './lists.js';
export * from './mutations.js';
export * from './user-mistakes.js';
export * from './changes.js';
export * from './metadata.js';
export * from './expected-version.js';
