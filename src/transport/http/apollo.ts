import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Settings } from '../../config/index.js';
import { formatError, operationLimits, type ReportInternal, type SchemaViews } from '../../graphql/index.js';
import type { Logger, Metrics } from '../../observability/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import type { LiveSchema } from '../live-schema.js';
import { OperationCosts } from '../operation-costs.js';
import { operationPlugin } from './operation-plugin.js';

type Gateway = NonNullable<ApolloServerOptionsWithGateway<RequestContext>['gateway']>;

/** Apollo over the live schema. The gateway hook is its official door for swapping schemas; no federation is involved. */
export function createApollo(live: LiveSchema, views: SchemaViews, settings: Settings, logger: Logger, metrics: Metrics): ApolloServer<RequestContext> {
  const report: ReportInternal = (error) => logger.error('operation failed', { error });
  return new ApolloServer<RequestContext>({
    gateway: gatewayOf(live),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      operationPlugin({ anonymousIntrospection: settings.graphql.introspection, strictAuthorization: settings.graphql.strictAuthorization, views, costs: new OperationCosts(settings.graphql), metrics, report }),
    ],
    // Decided per caller by our plugin.
    introspection: true,
    // No cookie is ever read, so a forged cross-site request carries no credentials.
    csrfPrevention: false,
    allowBatchedHttpRequests: true,
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: settings.production,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: settings.graphql.maxTokens },
    validationRules: operationLimits(settings.graphql),
    formatError: (formatted, error) => formatError(formatted, error, report),
    nodeEnv: settings.production ? 'production' : 'development',
    logger: { debug: () => undefined, info: () => undefined, warn: (message) => logger.warn(String(message)), error: (message) => logger.error(String(message)) },
  });
}

function gatewayOf(live: LiveSchema): Gateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      const push = (apiSchema: GraphQLSchema): void => callback({ apiSchema, coreSupergraphSdl: '' });
      push(live.current);
      return live.onChange(push);
    },
    load: async () => ({ executor: null }),
    stop: async () => undefined,
  };
}
