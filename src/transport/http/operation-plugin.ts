import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestListener } from '@apollo/server';
import { GraphQLError } from 'graphql';
import {
  assertIntrospection, formatError, introspects, mayTrace, MOST_REQUEST_ERRORS, strictRefusal, viewExecution, withoutSuggestions, type OperationPlans, type ReportInternal, type SchemaViews, type ViewExecution,
} from '../../graphql/index.js';
import type { Metrics } from '../../observability/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { asksForCost, COST_HEADER } from '../asks-for-cost.js';
import { asksForTrace, TRACE_HEADER } from '../asks-for-trace.js';
import type { AdmittedCost, OperationCosts } from '../operation-costs.js';
import { admitOperation, type RateLimits } from '../rate-limits/index.js';
import { outcomeOf } from '../operation-outcome.js';
import { OperationResults } from '../operation-results.js';
import { recordOperation } from '../operation-span.js';
import { traceOperation } from '../operation-trace.js';
import { statusOf } from './answer-status.js';

/** What the plugin needs to know. */
export interface OperationPluginOptions {
  readonly anonymousIntrospection: boolean;
  readonly strictAuthorization: boolean;
  readonly views: SchemaViews;
  readonly plans: OperationPlans;
  readonly costs: OperationCosts;
  readonly rates: RateLimits;
  readonly metrics: Metrics;
  readonly report: ReportInternal;
}

/** Everything that happens to an operation between its validation and its answer. */
export function operationPlugin(options: OperationPluginOptions): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ contextValue: { request: { spans } } }): Promise<GraphQLRequestListener<RequestContext>> {
      let onView: ViewExecution | undefined;
      let cost: AdmittedCost | undefined;
      let traced: ReturnType<typeof traceOperation> | undefined;
      const startedAt = spans === undefined ? 0 : performance.now();
      return {
        async validationDidStart({ contextValue }) {
          return async (errors) => {
            if (errors === undefined || options.views.seesEverything(contextValue)) return;
            for (const error of errors) error.message = withoutSuggestions(error.message);
          };
        },
        async didResolveOperation({ document, operation, schema, contextValue, request, source }) {
          assertIntrospection(document, contextValue, options.anonymousIntrospection);
          if (operation !== undefined) onView = viewExecution(options.views, document, operation, contextValue);
          if (operation?.operation === 'subscription') throw notHere();
          // Introspection is answered from the view of its caller, each time.
          if (operation !== undefined && !introspects(document)) options.plans.admit({ schema, text: source, operationName: request.operationName, document, operation });
          const refusal = options.strictAuthorization && operation !== undefined ? strictRefusal(schema, document, operation, contextValue) : undefined;
          if (refusal !== undefined) throw refusal;
          if (operation === undefined) return;
          cost = options.costs.admitOperation(schema, document, operation, request, contextValue);
          await admitOperation(options.rates, contextValue, cost.estimated, operation);
          if (asksForTrace(request.http?.headers.get(TRACE_HEADER), request.extensions) && mayTrace(contextValue)) traced = traceOperation({ schema, document, operation, variables: request.variables }, contextValue);
        },
        async responseForOperation({ document, operationName, request, schema, contextValue }) {
          const result = await onView?.({ schema, document, operationName, variableValues: request.variables, contextValue });
          if (result === undefined) return null;
          const singleResult = { ...result, errors: result.errors?.map((error) => formatError(error.toJSON(), error, options.report)) };
          return { http: { headers: new HeaderMap(), ...(result.data === undefined ? { status: 400 } : {}) }, body: { kind: 'single', singleResult } };
        },
        async willSendResponse({ response, contextValue, operation, request, source }) {
          if (response.body.kind !== 'single') return;
          const { body } = response;
          const { errors } = body.singleResult;
          if (errors !== undefined) {
            const results = new OperationResults(contextValue, { name: operation?.name?.value, type: operation?.operation ?? 'query' }, options.report);
            try {
              body.singleResult.errors = await results.settleErrors(body.singleResult.data === undefined ? errors.slice(0, MOST_REQUEST_ERRORS) : errors);
            } catch (error) {
              // A denial that cannot be recorded is not answered with what else was read.
              body.singleResult = { errors: [formatError({ message: '' }, error, options.report)] };
              response.http.status = 500;
            }
            response.http.status = statusOf(body.singleResult.errors ?? [], response.http.status, request.http?.headers.get('accept'));
          }
          if (cost !== undefined && asksForCost(request.http?.headers.get(COST_HEADER), request.extensions)) body.singleResult = cost.report(body.singleResult);
          if (traced !== undefined) body.singleResult = traced(body.singleResult);
          const type = operation?.operation ?? 'unknown';
          options.metrics.countGraphqlOperation(type, outcomeOf(body.singleResult.errors));
          if (spans !== undefined) recordOperation(spans, { startedAt, type, name: operation?.name?.value, document: source, cost: cost?.estimated, planned: false }, body.singleResult.errors);
        },
      };
    },
  };
}

// An HTTP answer is one result; executed as one, a subscription would pass by its stream.
function notHere(): GraphQLError {
  return new GraphQLError('Subscriptions run over WebSocket or at /graphql/stream.', { extensions: { code: 'METHOD_NOT_ALLOWED', http: { status: 405 } } });
}
