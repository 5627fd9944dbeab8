export * from './view-execution.js';
export * from './schema-view.js';
export * from './schema-views.js';
export * from './without-suggestions.js';
