import type { FieldReference } from './declarations.js';
import type { Size } from './json-value.js';
import { linearPattern } from './linear-pattern.js';
import { calledName, childrenOf, loopOf, type Node } from './syntax-tree.js';

/** Cost of an evaluation at most, in the cost of one step, and a bound of the size of its value. */
export interface Estimate extends Size {
  readonly steps: number;
}

/** A field of a variable, and the keys of JSON objects from there. */
export interface Place extends Pick<FieldReference, 'variable' | 'field'> {
  readonly path: readonly string[];
}

type Sizes = ReadonlyMap<string, Size>;

// Measured on a slow machine: a step takes a microsecond. What can fail takes more, because it can fail for each item under `exists`.
const PER_FAILURE = 3;
const PER_CHARACTER = 0.02;
const PER_VALUE = 0.5;
const PER_CHARACTER_AND_INSTRUCTION = 0.03;
const PER_PAIR_OF_CHARACTERS = 0.0001;
const ONE: Size = { characters: 0, values: 1 };

/**
 * Bounds what an evaluation can cost, whatever its data hold.
 *
 * The cost of a loop is that of its body for each item. The sizes of all items add up to that of the list, and no cost grows slower
 * than its sizes do, so the sum is largest when one item has everything and the others nothing.
 *
 * @param sizeOf - size of what is read somewhere; a bound of it gives a bound of the cost
 */
export function estimateCost(root: Node, sizeOf: (place: Place) => Size): Estimate {
  const visit = (node: Node, variables: Sizes): Estimate => {
    const loop = loopOf(node);
    if (loop !== undefined && loop.variable.op === 'id') {
      const items = visit(loop.items, variables);
      const name = loop.variable.args;
      const empty = visit(loop.body, new Map(variables).set(name, ONE)).steps;
      const full = visit(loop.body, new Map(variables).set(name, items)).steps;
      const steps = items.steps + items.values * (empty + 2) + full + PER_FAILURE;
      return calledName(node) === 'filter' ? { ...items, steps } : { ...ONE, steps };
    }
    const place = placeOf(node, variables);
    if (place !== undefined) return { ...sizeOf(place), steps: 1 + (place.path.length + 1) * (1 + PER_FAILURE) };
    if (node.op === 'id') return { ...(variables.get(node.args) ?? ONE), steps: 1 };
    if (node.op === 'value') return { characters: typeof node.args === 'string' ? node.args.length : 0, values: 1, steps: 1 };
    return combine(node, childrenOf(node).map((child) => visit(child, variables)));
  };
  return visit(root, new Map());
}

// `it.data.a["b"]` as far as its keys are written out.
function placeOf(node: Node, variables: Sizes): Place | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [owner, key] = node.args;
  const name = typeof key === 'string' ? key : key.args;
  if (typeof name !== 'string' || (typeof key !== 'string' && key.op !== 'value')) return undefined;
  if (owner.op === 'id') return variables.has(owner.args) ? undefined : { variable: owner.args, field: name, path: [] };
  const outer = placeOf(owner, variables);
  return outer && { ...outer, path: [...outer.path, name] };
}

function combine(node: Node, parts: readonly Estimate[]): Estimate {
  const steps = parts.reduce((sum, part) => sum + part.steps, 1 + PER_FAILURE);
  const characters = parts.reduce((sum, part) => sum + part.characters, 0);
  const values = parts.reduce((sum, part) => sum + part.values, 0);
  const looking = steps + characters * PER_CHARACTER + values * PER_VALUE;
  switch (node.op) {
    case '==': case '!=': case 'in': case '<': case '<=': case '>': case '>=': return { ...ONE, steps: looking };
    case '+': return { characters, values, steps: looking };
    case 'list': return { characters, values: values + 1, steps };
    case '.': case '[]': return { characters, values, steps };
    case '?:': return { characters, values, steps };
    case '&&': case '||': case '!_': return { ...ONE, steps };
    case 'call': case 'rcall': return { characters, values, steps: looking + ofCall(node, parts) };
    default: return { ...ONE, steps };
  }
}

function ofCall(node: Node, [receiver, argument]: readonly Estimate[]): number {
  const name = calledName(node) ?? '';
  const length = receiver?.characters ?? 0;
  if (name === 'contains') return length * (argument?.characters ?? 0) * PER_PAIR_OF_CHARACTERS;
  if (name === 'matches' && node.op === 'rcall') return 50 + length * linearPattern(literalOf(node.args[2][0])).size * PER_CHARACTER_AND_INSTRUCTION;
  return name.startsWith('get') && argument !== undefined ? 20 : 2;
}

function literalOf(node: Node | undefined): string {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : '';
}
