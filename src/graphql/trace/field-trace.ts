import { GraphQLError, type DocumentNode, type FragmentDefinitionNode, type GraphQLFormattedError, type GraphQLSchema, type OperationDefinitionNode, Kind } from 'graphql';
import { PolityError } from '../../kernel/errors/index.js';
import { reach, type RequestContext } from '../../system/shared/contracts/index.js';
import { allOf, dependsOnCallerOnly, GuardSession, SelectionRequirements, UNAUTHORIZED, type GuardRecorder, type RecordedGuard, type Requirement } from '../directives/index.js';
import { gatherDenied } from '../execution/index.js';
import { priceFieldsByPath, type FieldAtPath } from '../limits/index.js';
import { ruleText } from './rule-text.js';

/** Key of those who may see how fields are decided; it must reach the instance. */
export const TRACE_KEY = 'graphql:trace';

/** Fields of an operation that are looked at, guarded or not. */
const MOST_FIELDS = 2_000;

/** How one guarded field of an operation was decided. No arguments, no ids, nothing of the data. */
export interface FieldTraceEntry {
  /** Dotted path of the answer, with `@` for the items of lists. */
  readonly path: string;
  /** `Type.field` */
  readonly coordinate: string;
  /** What it needs, as SDL writes it. */
  readonly rule: string;
  /** `denied` when it was denied on any object; `not_reached` when nothing came back that has it. */
  readonly outcome: 'allowed' | 'denied' | 'not_reached';
  /** Code of the denial. */
  readonly code?: string;
  /** Whether the rule asks about the caller alone, or about each object. */
  readonly decided: 'once' | 'per_object';
  /** Of a rule that asks about objects: how many. */
  readonly objects?: RecordedGuard;
  /** Its part of the estimated cost, with all that is selected of it. */
  readonly cost: number;
}

/** What `extensions.trace` says. */
export interface FieldTraceReport {
  readonly fields: readonly FieldTraceEntry[];
  /** There when the operation has more fields than are looked at. */
  readonly isTruncated?: true;
}

/** The operation that is traced. */
export interface TracedOperation {
  /** With guards. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/** True for callers who may see how fields are decided. */
export function mayTrace({ caller, request }: RequestContext): boolean {
  return reach(caller, TRACE_KEY, request.now).instance;
}

/**
 * The trace of one run of an operation on the guarded schema: guards tell it what they decide. Plans leave out what was decided once, so
 * an operation that is traced runs without its plan; both are held to the same answers.
 */
export class FieldTrace {
  private readonly recorder: GuardRecorder;

  /** @param context - in which it is about to run */
  constructor(private readonly traced: TracedOperation, context: RequestContext) {
    this.recorder = GuardSession.record(context);
  }

  /** Tells of a run that has ended. @param errors - of its answer */
  report(errors: readonly (GraphQLError | GraphQLFormattedError)[] = []): FieldTraceReport {
    const { schema, document, operation, variables } = this.traced;
    const { denied } = gatherDenied(errors.map(withCode));
    const { fields, isComplete } = priceFieldsByPath(schema, document, operation, variables, MOST_FIELDS);
    const requirements = SelectionRequirements.of(schema);
    const selected = requirements.of(operation, fragmentsOf(document));
    const entries = fields.flatMap((at) => {
      const rule = allOf<Requirement[number]>(requirements.ofField(at.parent, at.field), selected.get(at.node) ?? []);
      return rule.length === 0 ? [] : [this.entry(at, rule, denied.get(at.path))];
    });
    return { fields: entries, ...(isComplete ? {} : { isTruncated: true as const }) };
  }

  // What a guard lets by may still be denied by what is behind it, which knows where a right reaches.
  private entry({ path, parent, field, cost }: FieldAtPath, rule: Requirement, denial: string | undefined): FieldTraceEntry {
    const recorded = this.recorder.of(parent.name, path);
    const behind = denial === UNAUTHORIZED ? undefined : denial;
    const code = recorded === undefined ? undefined : recorded.denied > 0 ? UNAUTHORIZED : behind;
    const asksObjects = rule.some((clause) => !dependsOnCallerOnly(clause));
    return {
      path,
      coordinate: `${parent.name}.${field.name}`,
      rule: ruleText(rule),
      outcome: recorded === undefined ? 'not_reached' : code === undefined ? 'allowed' : 'denied',
      ...(code === undefined ? {} : { code }),
      decided: asksObjects ? 'per_object' : 'once',
      ...(asksObjects && recorded !== undefined ? { objects: { ...recorded } } : {}),
      cost,
    };
  }
}

function withCode(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  if (!(error instanceof GraphQLError)) return error;
  const { originalError } = error;
  return originalError instanceof PolityError ? { message: '', path: error.path, extensions: { code: originalError.code } } : error.toJSON();
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  return Object.fromEntries(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
}
