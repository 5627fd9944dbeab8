export * from './database.js';
export * from './database-errors.js';
export * from './keyset-page.js';
export * from './pool.js';
export * from './revision-feed.js';
export * from './sql.js';
export * from './transaction.js';
