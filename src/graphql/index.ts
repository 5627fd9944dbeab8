export * from './compatibility/index.js';
export * from './composition/index.js';
export * from './directives/index.js';
export * from './execution/index.js';
export * from './limits/index.js';
export * from './plans/index.js';
export * from './views/index.js';
export * from './documents/index.js';
