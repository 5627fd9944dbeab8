export * from './assert-cost-directives.js';
export * from './compile-cost.js';
export * from './cost-rules.js';
export * from './defaults.js';
export { priceFieldsByPath, type FieldAtPath, type FieldsByPath } from './price-by-path.js';
export type { ListSize } from './list-size.js';
export type { Variables } from './term.js';
