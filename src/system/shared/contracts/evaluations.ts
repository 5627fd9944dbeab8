import type { PolityError } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { RequestContext } from './request-context.js';

/** What a request says of somebody or something: input of conditions. It never takes the place of what is stored. */
export type NamedProperties = Readonly<Record<string, unknown>>;

/**
 * A subject or a resource by the name that the asking system has for it: its id, or its external id.
 *
 * Types of subjects: `user`, `member`, `service`, and those that a setting adds.
 */
export interface EntityByName {
  readonly type: string;
  readonly id: string;
  readonly properties?: NamedProperties;
}

/** An entity that is looked for: whatever has the type. */
export type SoughtEntity = Omit<EntityByName, 'id'>;

/** An action by its key. */
export interface ActionByName {
  readonly name: string;
  readonly properties?: NamedProperties;
}

/** What every question by names has. */
export interface AskedByName {
  /** The Space that is asked about; that of the caller when absent. */
  readonly spaceId?: string;
  /** Surroundings of the request, such as the address of the user. */
  readonly context?: NamedProperties;
  /** Revision that the answer must have seen. */
  readonly atLeast?: string;
  /** Where the question stands in the input, for errors. */
  readonly path?: readonly (string | number)[];
}

/** May this subject do this action on this resource? */
export interface Evaluation extends AskedByName {
  readonly subject: EntityByName;
  readonly action: ActionByName;
  readonly resource: EntityByName;
}

/** The answer to an {@link Evaluation}. */
export interface EvaluationAnswer {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly reason: string;
  readonly traceId: string;
  /** Null for an allow of an action that is counted, not recorded. */
  readonly auditEventId: string | null;
  readonly revision: string;
  /** Makes the signed receipt of the decision: a JWS in its compact form. */
  receipt(): Promise<string>;
}

/** Which subjects may do this on that? */
export interface SubjectSearch extends AskedByName {
  readonly subject: SoughtEntity;
  readonly action: ActionByName;
  readonly resource: EntityByName;
}

/** What may this subject do this on? */
export interface ResourceSearch extends AskedByName {
  readonly subject: EntityByName;
  readonly action: ActionByName;
  readonly resource: SoughtEntity;
}

/** What may this subject do on that? */
export interface ActionSearch extends AskedByName {
  readonly subject: EntityByName;
  readonly resource: EntityByName;
}

/** Part of a list that is asked for. */
export interface NamesPageInput {
  /** Most names of the page. */
  readonly limit: number;
  /** Where the page before this one ended. */
  readonly after?: string;
}

/** One page of names. Nothing is ever left out silently: pages follow each other until there is no `end`. */
export interface NamesPage<Name> {
  readonly names: readonly Name[];
  /** Where the page ends, when others follow it. */
  readonly end?: string;
  /** Revision that the page saw; absent where a name stands for nothing, and there was nothing to see. */
  readonly revision?: string;
}

/** Questions in the names of other systems, as AuthZEN has them, over the same decisions as `check` and the lists of access. */
export interface Evaluations {
  /**
   * Answers in the order of the questions: one look at the facts, one statement for the audit log. With `stopAt` the first answer of
   * that kind is the last one, and what comes after it is not decided; an error counts as `DENY`. A question that cannot be asked
   * gives its error and leaves the others alone.
   */
  evaluate(context: RequestContext, questions: readonly Evaluation[], stopAt?: 'ALLOW' | 'DENY'): Promise<readonly (EvaluationAnswer | PolityError)[]>;
  /** Names of subjects; each is one for which {@link evaluate} allows. */
  searchSubjects(context: RequestContext, search: SubjectSearch, page: NamesPageInput): Promise<NamesPage<string>>;
  /** Names of stored resources. */
  searchResources(context: RequestContext, search: ResourceSearch, page: NamesPageInput): Promise<NamesPage<string>>;
  /** Keys of actions. */
  searchActions(context: RequestContext, search: ActionSearch, page: NamesPageInput): Promise<NamesPage<string>>;
}

/** Provided by authorization; the transport serves it as AuthZEN. */
export const evaluationsRef = createServiceRef<Evaluations>({ id: 'authorization.evaluations', scope: 'process' });
