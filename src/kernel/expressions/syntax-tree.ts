import type { ASTNode } from '@marcbachmann/cel-js';
import { OWN_FUNCTIONS, OWN_PREFIX } from './functions.js';

/** A node of a parsed expression. */
export type Node = ASTNode;

/** A macro that looks at each item of a list (or key of a map). */
export interface Loop {
  readonly variable: Node;
  readonly items: Node;
  readonly body: Node;
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter']);

/** The loop that a node is, if it is one. */
export function loopOf(node: Node): Loop | undefined {
  if (node.op !== 'rcall' || !LOOPS.has(node.args[0]) || node.args[2].length !== 2) return undefined;
  const [, items, [variable, body]] = node.args as [string, Node, [Node, Node]];
  return { variable, items, body };
}

/** The nodes right below a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'value': case 'id': return [];
    case '.': case '.?': return [node.args[0]];
    case 'call': return node.args[1];
    case 'rcall': return [node.args[1], ...node.args[2]];
    case 'map': return node.args.flat();
    case '!_': case '-_': return [node.args];
    default: return node.args;
  }
}

/** Name of the function or method that a node calls, as its author wrote it. */
export function calledName(node: Node): string | undefined {
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const [name] = node.args;
  return name.startsWith(OWN_PREFIX) ? name.slice(OWN_PREFIX.length) : name;
}

/**
 * Sends calls to our own functions, and takes the source from the nodes: with it, the library draws a picture of the source for each
 * error, also for the many that `||` swallows. Must run after the checks and before the tree is type-checked.
 */
export function prepare(node: Node): void {
  const tree = node as { args: unknown };
  const name = calledName(node);
  if (name !== undefined && OWN_FUNCTIONS.has(name)) tree.args = [`${OWN_PREFIX}${name}`, ...(tree.args as unknown[]).slice(1)];
  Object.defineProperty(node, 'input', { value: '' });
  for (const child of childrenOf(node)) prepare(child);
}
