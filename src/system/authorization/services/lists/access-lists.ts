import { createServiceRef } from '../../../../kernel/services/index.js';
import type { Actor, RequestContext } from '../../../shared/contracts/index.js';
import type { ListPage, PageInput } from '../../../shared/services/index.js';
import type { QuestionActor } from '../../engine/index.js';
import type { ActorInput, ResourceInput } from '../check-input.js';
import type { AsOfInput } from '../past/as-of.js';

/** What all lists of access are asked with. */
export interface AccessListInput {
  /** Revision that the answer must have seen. */
  readonly atLeast?: string | null;
  /** Moment of the past that the answer is about. */
  readonly asOf?: AsOfInput | null;
  /** Input of conditions: facts of the request, such as the place of a terminal. */
  readonly context?: Readonly<Record<string, unknown>> | null;
  /** Input of conditions: what the request says of the action. */
  readonly actionProperties?: Readonly<Record<string, unknown>> | null;
}

/** Who may do this on that: question of {@link AccessLists.listActors}. */
export interface ListActorsInput extends AccessListInput {
  readonly spaceId: string;
  readonly resourceType: string;
  readonly resourceId?: string | null;
  /** A resource that is not stored, as in `check`. */
  readonly resource?: ResourceInput | null;
  readonly action: string;
  /** Input of conditions: what the request says of every actor that is looked at. */
  readonly actorProperties?: Readonly<Record<string, unknown>> | null;
  /** Which actors: bindings of Users to Members, as by default, or service Members that act by themselves, whose Actor names no User and no binding. */
  readonly actors?: 'bindings' | 'services' | null;
}

/** What may this actor do this on: question of {@link AccessLists.listResources}. */
export interface ListResourcesInput extends AccessListInput {
  readonly actor?: ActorInput | null;
  /** Instead of `actor`, where the server has settled who acts: only it may say that a service Member acts by itself. Never from a caller's input. */
  readonly settled?: QuestionActor;
  readonly resourceType: string;
  readonly action: string;
  /** Input of conditions: what the request says of every Resource that is looked at. */
  readonly resourceProperties?: Readonly<Record<string, unknown>> | null;
}

/** What may this actor do on that: question of {@link AccessLists.listActions}. */
export interface ListActionsInput extends AccessListInput {
  readonly actor?: ActorInput | null;
  /** As in {@link ListResourcesInput.settled}. */
  readonly settled?: QuestionActor;
  readonly resourceType: string;
  readonly resourceId?: string | null;
  readonly resource?: ResourceInput | null;
}

/** A stored Resource of an answer. */
export interface ListedResource {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly externalId: string | null;
}

/** An action of an answer. */
export interface ListedAction {
  readonly action: string;
}

/** One page of an answer. Nothing is ever left out silently: pages follow each other until `hasNextPage` is false. */
export interface AccessPage<Node> extends ListPage<Node> {
  /** Revision of the facts that this page saw. */
  readonly revision: string;
  /** The pages together are the whole answer. */
  readonly complete: true;
}

/**
 * Lists of access: each names exactly those for which `check` allows over the same facts. A page is one audited event: question,
 * revision, count and SHA-256 of the result.
 */
export interface AccessLists {
  /** Actors in the order of Member and binding. */
  listActors(context: RequestContext, input: ListActorsInput, page: PageInput): Promise<AccessPage<Actor>>;
  /** Stored Resources, Group by Group, in the order of their ids; those of the past by their ids alone. */
  listResources(context: RequestContext, input: ListResourcesInput, page: PageInput): Promise<AccessPage<ListedResource>>;
  /** Registered actions of the type in the order of their keys. */
  listActions(context: RequestContext, input: ListActionsInput, page: PageInput): Promise<AccessPage<ListedAction>>;
}

/** Lists of access of the process. */
export const accessListsRef = createServiceRef<AccessLists>({ id: 'authorization.lists', scope: 'process' });
