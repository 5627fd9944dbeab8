import { PolityError } from '../kernel/errors/index.js';

/** A piece of SQL with its parameters; pieces nest, and numbering happens once, when the whole is rendered. */
export interface Sql {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

/** What a driver takes: text with `$1…` and the values in order. */
export interface RenderedSql {
  readonly text: string;
  readonly values: unknown[];
}

class Fragment implements Sql {
  constructor(
    readonly strings: readonly string[],
    readonly values: readonly unknown[],
  ) {}
}

/**
 * Tagged template for SQL. Values become parameters; a nested fragment is spliced in. Text never comes from a caller's input.
 *
 * @example sql`SELECT id FROM sys_identity.users WHERE status = ${status} AND ${reachPredicate}`
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return new Fragment(strings, values);
}

/** SQL text without parameters that is fixed in our code: a column, a table, an ORDER BY. */
export function raw(text: string): Sql {
  return new Fragment([text], []);
}

/** Joins fragments by a separator that is fixed in our code. An empty list gives `empty`. */
export function join(parts: readonly Sql[], separator: string, empty = ''): Sql {
  const [first, ...rest] = parts;
  return first === undefined ? raw(empty) : rest.reduce((all, part) => new Fragment(['', separator, ''], [all, part]), first);
}

/** AND of predicates; TRUE when there is none. */
export function every(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? raw('TRUE') : sql`(${join(parts, ' AND ')})`;
}

/** OR of predicates; FALSE when there is none (missing means deny). */
export function some(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? raw('FALSE') : sql`(${join(parts, ' OR ')})`;
}

/** Renders a fragment to text with numbered parameters. */
export function render(fragment: Sql): RenderedSql {
  const values: unknown[] = [];
  const parts: string[] = [];
  const visit = (piece: Sql): void => {
    piece.strings.forEach((text, position) => {
      parts.push(text);
      if (position >= piece.values.length) return;
      const value = piece.values[position];
      if (value instanceof Fragment) visit(value);
      else parts.push(`$${values.push(storable(value))}`);
    });
  };
  visit(fragment);
  return { text: parts.join(''), values };
}

// PostgreSQL would break off the connection's protocol over a NUL, which looks like a lost database and is a caller's mistake.
function storable(value: unknown): unknown {
  const holdsNul = (part: unknown): boolean => typeof part === 'string' && part.includes('\0');
  if (holdsNul(value) || (Array.isArray(value) && value.some(holdsNul))) throw new PolityError('VALIDATION_FAILED', 'Text must not contain the NUL character.');
  return value;
}
