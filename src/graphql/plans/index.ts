export * from './operation-plans.js';
export * from './plan.js';
