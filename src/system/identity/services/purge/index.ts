export * from './purge-schedule.js';
export * from './space-purge.js';
