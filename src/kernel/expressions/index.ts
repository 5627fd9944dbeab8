export { Bindings } from './bindings.js';
export { compileExpression, MOST_SOURCE_CHARACTERS } from './compile-expression.js';
export { CostMeter } from './cost-meter.js';
export type { Declarations, FieldType } from './declarations.js';
export { ExpressionError } from './expression-error.js';
export type { Evaluation, Expression } from './expression.js';
