import type { GraphQLError } from 'graphql';
import { pathToArray, type Path } from 'graphql/jsutils/Path.js';
import type { RequestContext } from '../../../system/shared/contracts/index.js';

/** One execution of a compiled operation. */
export class Run {
  readonly errors: GraphQLError[] = [];
  /** Every field that is waited for, in the order in which they began. */
  readonly started: Promise<unknown>[] = [];
  /** Denied fields of the plan that have told so: one error stands for all places of a list. */
  readonly denied = new Set<object>();
  private nulled: Set<string> | undefined;

  constructor(
    readonly context: RequestContext,
    readonly variables: Readonly<Record<string, unknown>>,
    readonly rootValue: unknown,
  ) {}

  /**
   * Keeps an error whose position becomes null, unless the position or one above it is null already: what goes on below a nulled
   * position is not part of the answer. Gives whether it was kept.
   */
  fail(error: GraphQLError, path: Path | undefined): boolean {
    const keys = prefixes(path);
    this.nulled ??= new Set();
    if (keys.some((key) => this.nulled?.has(key))) return false;
    this.nulled.add(keys.at(-1) as string);
    this.errors.push(error);
    return true;
  }
}

// From the answer itself down to the position.
function prefixes(path: Path | undefined): string[] {
  const steps = pathToArray(path);
  return [...steps.keys(), steps.length].map((length) => JSON.stringify(steps.slice(0, length)));
}
