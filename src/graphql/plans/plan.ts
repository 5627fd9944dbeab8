import {
  GraphQLIncludeDirective, GraphQLSkipDirective, Kind, visit, type DocumentNode, type ExecutionResult, type FieldNode, type FragmentDefinitionNode,
  type GraphQLField, type GraphQLSchema, type OperationDefinitionNode, type OperationTypeNode,
} from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { dependsOnCallerOnly, guardOf, GuardSession, type CallerClause, type SelectionRequirements } from '../directives/index.js';
import { compileOperation, type DecideAccess, type FieldAccess, type RunOperation } from './executor/index.js';

/** Ways in which one operation may be compiled: by what callers may have, and by the conditions of its `@skip` and `@include`. */
export const MOST_VARIANTS = 8;

const PROPERTY: FieldAccess = { kind: 'property' };
const DENIED: FieldAccess = { kind: 'denied' };

/** An operation that was parsed, validated and admitted. */
export interface AdmittedOperation {
  /** With guards. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly selections: SelectionRequirements;
  /** Told of each variant that was compiled, with the seconds that it took. */
  readonly compiled?: (type: OperationTypeNode, seconds: number) => void;
}

/**
 * One operation, compiled. What it needs of the caller is collected over all types that can come back and decided once per request; each
 * outcome has its own variant, in which denied fields are never reached and allowed ones are not asked again. `@can` is asked about
 * objects, and fields of mutations may change what others may: those keep their guards.
 */
export class Plan {
  private readonly clauses: readonly CallerClause[];
  private readonly conditions: readonly string[];
  private readonly variants = new Map<string, RunOperation>();
  private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;

  constructor(private readonly admitted: AdmittedOperation) {
    const { document, operation, selections } = admitted;
    this.fragments = Object.fromEntries(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
    this.clauses = [...new Set([...selections.of(operation, this.fragments).values()].flat())];
    this.conditions = conditionsOf(document);
  }

  get operation(): OperationDefinitionNode {
    return this.admitted.operation;
  }

  get document(): DocumentNode {
    return this.admitted.document;
  }

  get schema(): GraphQLSchema {
    return this.admitted.schema;
  }

  /** True when the caller's own rights deny nothing of the operation, whatever `@skip` and `@include` say. */
  allowsAll(context: RequestContext): boolean {
    const session = GuardSession.of(context);
    return this.clauses.every((clause) => session.callerAllows(clause));
  }

  /** Runs the operation for a caller, as {@link prepare} does; undefined when there is no plan for this outcome. */
  run(context: RequestContext, variables: Readonly<Record<string, unknown>>): ExecutionResult | Promise<ExecutionResult> | undefined {
    return this.prepare(context, variables)?.();
  }

  /**
   * Decides what a caller may have of the operation, and gives the function that runs it.
   *
   * @param variables - coerced by graphql-js
   * @returns undefined when there is no plan for this outcome: the operation has to be executed on the guarded schema
   */
  prepare(context: RequestContext, variables: Readonly<Record<string, unknown>>): (() => ExecutionResult | Promise<ExecutionResult>) | undefined {
    let key = '';
    if (this.clauses.length > 0) {
      const session = GuardSession.of(context);
      for (const clause of this.clauses) key += session.callerAllows(clause) ? '1' : '0';
    }
    for (const name of this.conditions) {
      if (typeof variables[name] !== 'boolean') return undefined;
      key += variables[name] ? '1' : '0';
    }
    const variant = this.variant(key);
    return variant === undefined ? undefined : () => variant(context, variables);
  }

  private variant(key: string): RunOperation | undefined {
    const known = this.variants.get(key);
    if (known !== undefined || this.variants.size >= MOST_VARIANTS) return known;
    const { schema, operation } = this.admitted;
    const began = performance.now();
    const allowed = new Set(this.clauses.filter((_, index) => key[index] === '1'));
    const conditions = Object.fromEntries(this.conditions.map((name, index) => [name, key[this.clauses.length + index] === '1']));
    const compiled = compileOperation({ schema, fragments: this.fragments, operation, conditions, access: this.access(allowed) });
    this.variants.set(key, compiled);
    this.admitted.compiled?.(operation.operation, (performance.now() - began) / 1000);
    return compiled;
  }

  private access(allowed: ReadonlySet<CallerClause>): DecideAccess {
    const { schema, operation } = this.admitted;
    const root = schema.getRootType(operation.operation);
    return (parent, field, nodes) => {
      const guard = guardOf(field);
      if (guard === undefined) return asDeclared(field);
      const isStillAsked = guard.requirement.some((clause) => !dependsOnCallerOnly(clause)) || (operation.operation === 'mutation' && parent === root);
      if (isStillAsked) return asDeclared(field);
      const isAllowed = guard.requirement.every((clause) => allowed.has(clause as CallerClause)) && this.isSelectionAllowed(guard.selections, nodes, allowed);
      if (!isAllowed) return DENIED;
      return guard.resolve === undefined ? PROPERTY : { kind: 'resolver', resolve: guard.resolve };
    };
  }

  private isSelectionAllowed(selections: SelectionRequirements | undefined, nodes: readonly FieldNode[], allowed: ReadonlySet<CallerClause>): boolean {
    if (selections === undefined) return true;
    const needed = selections.of(this.admitted.operation, this.fragments);
    return nodes.some((node) => needed.get(node)?.every((clause) => allowed.has(clause)) === true);
  }
}

function asDeclared({ resolve }: GraphQLField<unknown, unknown>): FieldAccess {
  return resolve === undefined ? PROPERTY : { kind: 'resolver', resolve };
}

/** Variables that `@skip` and `@include` name anywhere in a document. */
function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== GraphQLSkipDirective.name && name.value !== GraphQLIncludeDirective.name) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
