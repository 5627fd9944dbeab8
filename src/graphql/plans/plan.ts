import {
  GraphQLIncludeDirective, GraphQLSkipDirective, Kind, visit, type DocumentNode, type ExecutionResult, type FieldNode, type FragmentDefinitionNode,
  getNamedType, isAbstractType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema, type OperationDefinitionNode, type OperationTypeNode,
} from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { dependsOnCallerOnly, guardOf, GuardSession, type CallerClause, type SelectionRequirements } from '../directives/index.js';
import { compileOperation, type DecideAccess, type FieldAccess, type RunOperation } from './executor/index.js';
import { canonical } from './canonical.js';
import { NO_CALLER } from './no-caller.js';

/** Ways in which one operation may be compiled: by what callers may have, and by the conditions of its `@skip` and `@include`. */
export const MOST_VARIANTS = 8;

const PROPERTY: FieldAccess = { kind: 'property' };
const DENIED: FieldAccess = { kind: 'denied' };

/** One way in which an operation is compiled. */
interface Variant {
  readonly run: RunOperation;
  /** Whether something runs in it that is given the caller. */
  readonly needsCaller: boolean;
}

/** The execution of a subscription's events for all callers with the same outcome of its guards. */
export interface SharedExecution {
  /** The same for executions that give the same answers. */
  readonly key: string;
  /** Answers one event. */
  run(rootValue: unknown): ExecutionResult | Promise<ExecutionResult>;
}

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
  /** Variables that an answer to an event depends on. */
  private readonly below: readonly string[];
  private readonly variants = new Map<string, Variant>();
  private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;

  constructor(private readonly admitted: AdmittedOperation) {
    const { document, operation, selections } = admitted;
    this.fragments = Object.fromEntries(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
    this.clauses = [...new Set([...selections.of(operation, this.fragments).values()].flat())];
    this.conditions = conditionsOf(document);
    this.below = operation.operation === 'subscription' ? variablesBelowRoot(document, operation) : [];
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
    const key = this.outcome(context, variables);
    const variant = key === undefined ? undefined : this.variant(key);
    return variant === undefined ? undefined : () => variant.run(context, variables);
  }

  /**
   * The execution of a subscription's events that a caller may share with others: beyond its root field, whose value is what the source
   * gives, nothing runs in it that could tell callers apart, and no guard of it asks about more than the rights of the caller.
   *
   * @param variables - coerced by graphql-js
   * @returns undefined when the subscription has to be executed for its caller alone
   */
  share(context: RequestContext, variables: Readonly<Record<string, unknown>>): SharedExecution | undefined {
    if (this.clauses.some(({ kind }) => kind === 'policies')) return undefined;
    const key = this.outcome(context, variables);
    const variant = key === undefined ? undefined : this.variant(key);
    if (key === undefined || variant === undefined || variant.needsCaller) return undefined;
    const told = canonical(this.below.map((name) => variables[name]));
    return told === undefined ? undefined : { key: `${key} ${told}`, run: (rootValue) => variant.run(NO_CALLER, variables, rootValue) };
  }

  // Undefined when a condition has no value.
  private outcome(context: RequestContext, variables: Readonly<Record<string, unknown>>): string | undefined {
    let key = '';
    if (this.clauses.length > 0) {
      const session = GuardSession.of(context);
      for (const clause of this.clauses) key += session.callerAllows(clause) ? '1' : '0';
    }
    for (const name of this.conditions) {
      if (typeof variables[name] !== 'boolean') return undefined;
      key += variables[name] ? '1' : '0';
    }
    return key;
  }

  private variant(key: string): Variant | undefined {
    const known = this.variants.get(key);
    if (known !== undefined || this.variants.size >= MOST_VARIANTS) return known;
    const { schema, operation } = this.admitted;
    const began = performance.now();
    const allowed = new Set(this.clauses.filter((_, index) => key[index] === '1'));
    const conditions = Object.fromEntries(this.conditions.map((name, index) => [name, key[this.clauses.length + index] === '1']));
    const decide = this.access(allowed);
    let needsCaller = false;
    const access: DecideAccess = (parent, field, nodes) => {
      const decided = decide(parent, field, nodes);
      needsCaller ||= this.givesCaller(decided, parent, field);
      return decided;
    };
    const run = compileOperation({ schema, fragments: this.fragments, operation, conditions, access });
    const variant = { run, needsCaller };
    this.variants.set(key, variant);
    this.admitted.compiled?.(operation.operation, (performance.now() - began) / 1000);
    return variant;
  }

  // Resolvers are given the context, and so is whoever tells the types of values apart. The root of a subscription is its source's.
  private givesCaller({ kind }: FieldAccess, parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): boolean {
    if (kind === 'denied') return false;
    const type = getNamedType(field.type);
    if (isAbstractType(type) || (isObjectType(type) && Boolean(type.isTypeOf))) return true;
    if (parent !== this.admitted.schema.getSubscriptionType()) return kind === 'resolver';
    return guardOf(field)?.requirement.every(dependsOnCallerOnly) !== true;
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

/** Variables that are used elsewhere than in the arguments of the operation's own fields: those are about the source of its events. */
function variablesBelowRoot(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const ofSource = new Set(operation.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? (selection.arguments ?? []) : [])));
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (node) => (ofSource.has(node) ? false : undefined),
    Variable: ({ name }) => void names.add(name.value),
  });
  return [...names].toSorted();
}
