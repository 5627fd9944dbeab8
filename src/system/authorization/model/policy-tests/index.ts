export * from './find-test-files.js';
export * from './junit.js';
export * from './report-json.js';
export * from './report-text.js';
export * from './run-files.js';
