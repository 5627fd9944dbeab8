import type { Declarations, FieldReference } from './declarations.js';
import { ExpressionError } from './expression-error.js';
import { FUNCTIONS, METHODS } from './functions.js';
import { linearPattern } from './linear-pattern.js';
import { childrenOf, loopOf, type Node } from './syntax-tree.js';
import { zoneOffset } from './time-functions.js';

/** Loops inside loops. */
const MOST_NESTED_LOOPS = 2;

/** Checks what a parsed expression is made of, and finds the fields that it reads. */
export class ShapeCheck {
  private readonly found = new Map<string, FieldReference>();

  constructor(
    private readonly source: string,
    private readonly declarations: Declarations,
  ) {}

  /** @throws ExpressionError for names that are not declared and for what expressions may not use */
  check(root: Node): readonly FieldReference[] {
    this.visit(root, []);
    return [...this.found.values()];
  }

  private visit(node: Node, loopVariables: readonly string[]): void {
    const field = this.fieldOf(node, loopVariables);
    if (field !== undefined) {
      this.found.set(`${field.variable}.${field.field}`, field);
      return;
    }
    const loop = loopOf(node);
    if (loop !== undefined) {
      const name = this.loopVariable(loop.variable, loopVariables);
      if (loopVariables.length === MOST_NESTED_LOOPS) throw this.fault(node, `Loops stand at most ${MOST_NESTED_LOOPS} deep in each other.`);
      this.visit(loop.items, loopVariables);
      this.visit(loop.body, [...loopVariables, name]);
      return;
    }
    this.checkNode(node, loopVariables);
    for (const child of childrenOf(node)) this.visit(child, loopVariables);
  }

  // `actor.userId` and `actor["userId"]`; a declared variable stands nowhere else.
  private fieldOf(node: Node, loopVariables: readonly string[]): FieldReference | undefined {
    if (node.op !== '.' && node.op !== '[]') return undefined;
    const [owner, key] = node.args;
    if (owner.op !== 'id' || loopVariables.includes(owner.args) || !Object.hasOwn(this.declarations, owner.args)) return undefined;
    const variable = owner.args;
    const fields = this.declarations[variable] ?? {};
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
    if (typeof name !== 'string') throw this.fault(node, `Which field of ${variable} is read must be written out.`);
    if (!Object.hasOwn(fields, name)) throw this.fault(node, `${variable} has no field "${name}"; it has ${Object.keys(fields).join(', ')}.`);
    return { variable, field: name, type: fields[name] as FieldReference['type'] };
  }

  private loopVariable(node: Node, taken: readonly string[]): string {
    if (node.op !== 'id') throw this.fault(node, 'A loop begins with the name of its variable.');
    if (taken.includes(node.args) || Object.hasOwn(this.declarations, node.args)) throw this.fault(node, `The name "${node.args}" is taken.`);
    return node.args;
  }

  private checkNode(node: Node, loopVariables: readonly string[]): void {
    switch (node.op) {
      case 'id':
        if (Object.hasOwn(this.declarations, node.args)) throw this.fault(node, `Read a field of ${node.args}: ${Object.keys(this.declarations[node.args] ?? {}).join(', ')}.`);
        if (!loopVariables.includes(node.args)) throw this.fault(node, `There is no "${node.args}"; there are ${Object.keys(this.declarations).join(', ')}.`);
        break;
      case 'value':
        if (typeof node.args === 'object' && node.args !== null) throw this.fault(node, 'Bytes and unsigned numbers are not supported.');
        if (typeof node.args === 'bigint' && BigInt.asIntN(64, node.args) !== node.args) throw this.fault(node, 'This number is too large.');
        break;
      case 'map': throw this.fault(node, 'Maps cannot be written out.');
      case 'call': this.checkCall(node, node.args[0], FUNCTIONS, node.args[1]); break;
      case 'rcall': this.checkCall(node, node.args[0], METHODS, node.args[2]); break;
      default:
    }
  }

  private checkCall(node: Node, name: string, known: ReadonlyMap<string, readonly number[]>, args: readonly Node[]): void {
    if (!(known.get(name)?.includes(args.length) ?? false)) throw this.fault(node, `There is no function ${name} with ${args.length} arguments here.`);
    const [argument] = args;
    if (name === 'matches') this.checkLiteral(argument, 'A pattern', (pattern) => linearPattern(pattern));
    else if (name.startsWith('get') && argument !== undefined) this.checkLiteral(argument, 'A time zone', (zone) => zoneOffset(zone));
  }

  // Made from data, it could cost anything.
  private checkLiteral(node: Node | undefined, what: string, compile: (text: string) => unknown): void {
    if (node?.op !== 'value' || typeof node.args !== 'string') throw this.fault(node as Node, `${what} must be written out.`);
    try {
      compile(node.args);
    } catch (error) {
      throw this.fault(node, error instanceof RangeError ? `${what} of this name is not known.` : (error as Error).message);
    }
  }

  private fault(node: Node, reason: string): ExpressionError {
    return ExpressionError.at(this.source, node.start, reason);
  }
}
