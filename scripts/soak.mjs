// `npm run test:soak`: kills the server far more often than `npm test` does; SOAK_ROUNDS says how often, 50 times when absent.
process.env.SOAK_ROUNDS ??= '50';
process.argv.push('test/faults/kill-server');
await import('./test.mjs');
