import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Settings } from '../../config/index.js';
import { formatError, operationLimits, type DocumentGate, type OperationPlans, type ReportInternal, type SchemaViews } from '../../graphql/index.js';
import type { Logger, Metrics } from '../../observability/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import type { LiveSchema } from '../live-schema.js';
import type { OperationCosts } from '../operation-costs.js';
import type { RateLimits } from '../rate-limits/index.js';
import { documentPlugin } from './document-plugin.js';
import { operationPlugin } from './operation-plugin.js';

type Gateway = NonNullable<ApolloServerOptionsWithGateway<RequestContext>['gateway']>;

/** What Apollo runs on. */
export interface ApolloDependencies {
  readonly live: LiveSchema;
  readonly views: SchemaViews;
  readonly documents: DocumentGate;
  /** Takes what was admitted. */
  readonly plans: OperationPlans;
  readonly costs: OperationCosts;
  readonly rates: RateLimits;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Apollo over the live schema. The gateway hook is its official door for swapping schemas; no federation is involved. */
export function createApollo({ live, views, documents, plans, costs, rates, settings, logger, metrics }: ApolloDependencies): ApolloServer<RequestContext> {
  const report: ReportInternal = (error) => logger.error('operation failed', { error });
  return new ApolloServer<RequestContext>({
    gateway: gatewayOf(live),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      documentPlugin(documents),
      operationPlugin({ anonymousIntrospection: settings.graphql.introspection, strictAuthorization: settings.graphql.strictAuthorization, views, plans, costs, rates, metrics, report }),
    ],
    // Decided per caller by our plugin.
    introspection: true,
    // No cookie is ever read, so a forged cross-site request carries no credentials.
    csrfPrevention: false,
    allowBatchedHttpRequests: true,
    // Our plugin has the text before Apollo asks for it.
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
