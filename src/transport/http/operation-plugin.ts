import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { deniedCoordinates, introspectionRefused, introspects, isCircularIntrospection, UNAUTHORIZED } from '../../graphql/index.js';
import type { Metrics } from '../../observability/index.js';
import { isAuthenticated, type RequestContext } from '../../system/shared/contracts/index.js';
import { recordDenial, settleErrors } from '../operation-results.js';

const REQUEST_ERRORS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE']);

/** What the plugin needs to know. */
export interface OperationPluginOptions {
  readonly anonymousIntrospection: boolean;
  readonly strictAuthorization: boolean;
  readonly metrics: Metrics;
}

/** Everything that happens to an operation between its validation and its answer. */
export function operationPlugin(options: OperationPluginOptions): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart(): Promise<GraphQLRequestListener<RequestContext>> {
      return {
        async didResolveOperation({ document, operation, schema, contextValue }) {
          assertIntrospection(document, contextValue, options.anonymousIntrospection);
          if (!options.strictAuthorization || operation === undefined) return;
          const denied = deniedCoordinates(schema, document, operation, contextValue);
          if (denied.length === 0) return;
          await recordDenial(contextValue, denied, { name: operation.name?.value, type: operation.operation });
          throw new GraphQLError('Unauthorized field or type', { extensions: { code: UNAUTHORIZED, coordinates: denied, http: { status: 200 } } });
        },
        async willSendResponse(requestContext) {
          const { response, contextValue, operation } = requestContext;
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors === undefined) return options.metrics.countGraphqlOperation(operation?.operation ?? 'unknown', 'ok');
          options.metrics.countGraphqlOperation(operation?.operation ?? 'unknown', outcomeOf(singleResult));
          // A refusal in strict mode was recorded before it was thrown.
          if (singleResult.data !== undefined) singleResult.errors = await settleErrors(singleResult.errors, contextValue, { name: operation?.name?.value, type: operation?.operation ?? 'query' });
          response.http.status = statusOf(singleResult.errors ?? [], response.http.status, requestContext.request.http?.headers.get('accept'));
        },
      };
    },
  };
}

/** @throws GraphQLError for an introspection that the caller may not have, or that only makes the answer explode. */
export function assertIntrospection(document: Parameters<typeof introspects>[0], context: RequestContext, anonymousAllowed: boolean): void {
  if (!introspects(document)) return;
  if (isCircularIntrospection(document) || (!anonymousAllowed && !isAuthenticated(context.caller))) throw introspectionRefused();
}

// GraphQL over HTTP: with application/json a well-formed request answers 200 whatever its errors; the newer media type keeps 4xx.
function statusOf(errors: readonly GraphQLFormattedError[], status: number | undefined, accept: string | undefined): number | undefined {
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  if (codes.some((code) => code === 'SERVICE_UNAVAILABLE' || code === 'NOT_READY')) return 503;
  const wantsPlainJson = !(accept ?? '').includes('application/graphql-response+json');
  const isRequestError = codes.some((code) => REQUEST_ERRORS.has(code));
  return status !== undefined && status >= 400 && status < 500 && status !== 405 && isRequestError && wantsPlainJson ? 200 : status;
}

function outcomeOf({ data, errors = [] }: { readonly data?: unknown; readonly errors?: readonly GraphQLFormattedError[] }): 'denied' | 'invalid' | 'failed' {
  if (data === undefined) return 'invalid';
  return errors.some(({ extensions }) => extensions?.code === 'INTERNAL_ERROR') ? 'failed' : 'denied';
}
