import { createSourceEventStream, execute, getVariableValues, type ExecutionArgs, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import type { PolityError } from '../kernel/errors/index.js';
import { sourceBehind, type Plan } from '../graphql/index.js';
import type { RequestContext } from '../system/shared/contracts/index.js';
import { EventStream, type IndexedEvent } from '../system/shared/services/index.js';
import { endableStream, type EndableStream } from './endable-stream.js';
import type { Seat } from './lanes/frame-sink.js';
import type { StreamLanes } from './lanes/stream-lanes.js';
import { mapEvents } from './map-events.js';
import { contextOfEvent } from './request-contexts.js';
import type { RunningSubscriptions } from './running-subscriptions.js';

/** Told of the context in which an operation is about to run; gives what finishes the answer. */
export type BeginRun = (context: RequestContext) => (result: ExecutionResult) => ExecutionResult;

/** What a subscription needs to share its execution with others. */
export interface Sharing {
  readonly plan: Plan;
  readonly seat: Seat;
  readonly lanes: StreamLanes;
}

/** A subscription that may run. */
export interface SubscriptionArgs extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
  readonly contextValue: RequestContext;
  /** Called before each event is executed. */
  readonly begin: BeginRun;
  readonly share?: Sharing | undefined;
}

/** Opens a subscription: its answers, each executed for its event on the schema that it began with, or what kept it from opening. */
export async function openSubscription({ operation, begin, share, ...args }: SubscriptionArgs, subscriptions: RunningSubscriptions): Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>> {
  const { schema, document, contextValue } = args;
  let stream: EndableStream<ExecutionResult> | undefined;
  let ended: PolityError | undefined;
  const leave = subscriptions.begin({
    schema, document, operation,
    end: (reason) => {
      ended = reason;
      stream?.end(reason);
    },
  });
  try {
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) {
      leave();
      return events;
    }
    if (share !== undefined) offer(events, args, share);
    stream = endableStream(mapEvents(events, async (rootValue) => {
      const eventContext = contextOfEvent(contextValue);
      const finish = begin(eventContext);
      return finish(await execute({ ...args, rootValue, contextValue: eventContext }));
    }), leave);
    // The schema may have been swapped while the source was being opened.
    if (ended !== undefined) stream.end(ended);
    return stream;
  } catch (error) {
    leave();
    throw error;
  }
}

function offer(events: AsyncIterable<unknown>, { contextValue: context, variableValues }: Pick<SubscriptionArgs, 'contextValue' | 'variableValues'>, { plan, seat, lanes }: Sharing): void {
  const source = sourceBehind(events);
  if (!(source instanceof EventStream)) return;
  const { coerced: variables } = getVariableValues(plan.schema, plan.operation.variableDefinitions ?? [], variableValues ?? {});
  if (variables !== undefined) lanes.offer({ source: source as EventStream<IndexedEvent>, context, plan, variables, seat });
}
