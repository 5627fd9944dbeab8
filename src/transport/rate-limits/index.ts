export * from './admit-operation.js';
export * from './budget-store.js';
export * from './rate-limits.js';
