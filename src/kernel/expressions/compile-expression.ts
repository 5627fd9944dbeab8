import { ParseError, type Environment } from '@marcbachmann/cel-js';
import { ShapeCheck } from './check-shape.js';
import { CostBound, MOST_STEPS } from './cost-bound.js';
import type { CostMeter } from './cost-meter.js';
import type { Declarations } from './declarations.js';
import { environmentOf } from './environment.js';
import { Expression } from './expression.js';
import { ExpressionError } from './expression-error.js';
import { RecentlyUsed } from './recently-used.js';
import { prepare } from './syntax-tree.js';

/** Most characters of the source. */
export const MOST_SOURCE_CHARACTERS = 2_000;
const MOST_COMPILED = 4_000;
/** What compiling may cost, in steps of an evaluation. */
const COMPILING_STEPS = 10_000;

const compiled = new WeakMap<Declarations, RecentlyUsed<Expression | ExpressionError>>();

/**
 * Compiles an expression (CEL) that gives a boolean. What is compiled is kept, so compiling again costs nothing.
 *
 * @param meter - where compiling is charged, when the expression has to be compiled
 * @throws ExpressionError with a sentence and the place: syntax, names, types, a result that is no boolean, or more than may be evaluated
 */
export function compileExpression(source: string, declarations: Declarations, meter?: CostMeter): Expression {
  let kept = compiled.get(declarations);
  if (kept === undefined) compiled.set(declarations, (kept = new RecentlyUsed(MOST_COMPILED)));
  const made = kept.getOr(source, () => {
    meter?.spend(COMPILING_STEPS);
    try {
      return compile(source, declarations);
    } catch (error) {
      if (error instanceof ExpressionError) return error;
      throw error;
    }
  });
  if (made instanceof ExpressionError) throw made;
  return made;
}

function compile(source: string, declarations: Declarations): Expression {
  if (source.length > MOST_SOURCE_CHARACTERS) throw new ExpressionError(`An expression has at most ${MOST_SOURCE_CHARACTERS} characters.`, 1, 1);
  if (!source.isWellFormed() || source.includes('\0')) throw new ExpressionError('An expression is text without NUL and half characters.', 1, 1);
  const run = parse(source, environmentOf(declarations));
  const references = new ShapeCheck(source, declarations).check(run.ast);
  prepare(run.ast);
  const type = run.check();
  if (!type.valid) throw faultOf(source, type.error);
  if (type.type !== 'bool' && type.type !== 'dyn') throw new ExpressionError(`An expression gives true or false, not ${type.type}.`, 1, 1);
  const cost = new CostBound(run.ast, references);
  if (cost.least > MOST_STEPS) throw new ExpressionError('This expression costs too much, whatever it is asked about.', 1, 1);
  return new Expression({ source, references, cost, run });
}

function parse(source: string, environment: Environment): ReturnType<Environment['parse']> {
  try {
    return environment.parse(source);
  } catch (error) {
    throw faultOf(source, error);
  }
}

function faultOf(source: string, error: unknown): ExpressionError {
  if (error instanceof RangeError) return new ExpressionError('This expression is nested too deeply.', 1, 1);
  const { summary, range, code } = error as ParseError;
  if (code === 'limit_exceeded') return ExpressionError.at(source, range?.start ?? 0, 'This expression has too many parts.');
  return ExpressionError.at(source, range?.start ?? 0, (summary ?? String(error)).replaceAll('own_', ''));
}
