import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { SelectionRequirements } from '../directives/index.js';
import { Plan } from './plan.js';

/** How much is kept. */
export interface PlanLimits {
  /** Most operations. */
  readonly mostOperations: number;
  /** Most characters of their documents together. */
  readonly mostCharacters: number;
}

/** An operation that has passed everything that is decided without its variables, its caller and its transport. */
export interface Admission {
  /** The schema that it was validated against. */
  readonly schema: GraphQLSchema;
  readonly text: string;
  /** As the request named it; undefined when it named none. */
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

interface Entry {
  readonly admission: Admission;
  plan?: Plan;
}

/** Operations by document and name; a generation is half of what is kept. */
class Generation {
  readonly byText = new Map<string, Map<string | undefined, Entry>>();
  operations = 0;
  characters = 0;

  add(entry: Entry): void {
    const { text, operationName } = entry.admission;
    const named = this.byText.get(text) ?? new Map<string | undefined, Entry>();
    if (named.size === 0) this.byText.set(text, named);
    named.set(operationName, entry);
    this.operations += 1;
    this.characters += text.length;
  }
}

/**
 * Plans of admitted operations on one schema. An operation is compiled when it comes a second time: most that come once never come
 * again. What was not asked for while as much as a half of what is kept came in is forgotten.
 */
export class OperationPlans {
  private young = new Generation();
  private old = new Generation();

  /** @param compiled - told of each variant of an operation that was compiled, with the seconds that it took */
  constructor(
    private schema: GraphQLSchema,
    private readonly limits: PlanLimits,
    private readonly compiled?: (type: OperationTypeNode, seconds: number) => void,
  ) {}

  /** Operations held. */
  get size(): number {
    return this.young.operations + this.old.operations;
  }

  /** Keeps an operation. One of another schema came too late. */
  admit(admission: Admission): void {
    const { schema, text, operationName } = admission;
    if (schema !== this.schema || text.length > this.limits.mostCharacters / 2 || this.entry(text, operationName) !== undefined) return;
    this.keep({ admission });
  }

  /** The plan of an operation that came before; undefined when it has to go the long way. */
  find(text: string, operationName: string | undefined): Plan | undefined {
    const entry = this.entry(text, operationName);
    if (entry === undefined) return undefined;
    return (entry.plan ??= new Plan({ ...entry.admission, selections: SelectionRequirements.of(this.schema), compiled: this.compiled }));
  }

  /** Forgets everything: what was decided at admission may be decided otherwise from now on. */
  clear(schema: GraphQLSchema): void {
    this.schema = schema;
    this.young = new Generation();
    this.old = new Generation();
  }

  private entry(text: string, operationName: string | undefined): Entry | undefined {
    const known = this.young.byText.get(text)?.get(operationName);
    if (known !== undefined) return known;
    const older = this.old.byText.get(text)?.get(operationName);
    if (older !== undefined) this.keep(older);
    return older;
  }

  private keep(entry: Entry): void {
    const { mostOperations, mostCharacters } = this.limits;
    if (this.young.operations + 1 > mostOperations / 2 || this.young.characters + entry.admission.text.length > mostCharacters / 2) {
      this.old = this.young;
      this.young = new Generation();
    }
    this.young.add(entry);
  }
}
