export type { Compilation, DecideAccess, FieldAccess, Resolver } from './compilation.js';
export { compileOperation, type RunOperation } from './compile-operation.js';
