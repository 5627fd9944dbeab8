import type { Settings } from '../../config/index.js';
import { OperationPlans, type DocumentGate, type SchemaViews } from '../../graphql/index.js';
import type { Logger, Metrics } from '../../observability/index.js';
import type { LiveSchema } from '../live-schema.js';
import { OperationCosts } from '../operation-costs.js';
import type { OperationPreparer } from '../prepare-operation.js';
import type { RateLimits } from '../rate-limits/index.js';
import { createApollo } from './apollo.js';
import { GraphqlEndpoint } from './graphql-endpoint.js';
import { PlannedOperations } from './planned-operations.js';

/** What is kept of plans: a few kilobytes each, beside their documents. */
const PLAN_LIMITS = { mostOperations: 2_000, mostCharacters: 8_000_000 };

/** When an operation is answered by its plan: from its second time on, at once, or never. The latter two are for tests that compare. */
export type PlanUse = 'second' | 'first' | 'never';

/** What the endpoint runs on. */
export interface GraphqlDependencies {
  readonly live: LiveSchema;
  readonly views: SchemaViews;
  readonly documents: DocumentGate;
  readonly preparer: OperationPreparer;
  readonly rates: RateLimits;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly planUse?: PlanUse;
}

/** Makes the endpoint of `/graphql` over the live schema; gives it with the function that ends it. */
export async function createGraphqlEndpoint({ live, views, documents, preparer, rates, settings, logger, metrics, planUse = 'second' }: GraphqlDependencies): Promise<{ readonly endpoint: GraphqlEndpoint; readonly stop: () => Promise<void> }> {
  const plans = new OperationPlans(live.current, PLAN_LIMITS, (type, seconds) => metrics.observePlanCompilation(type, seconds));
  metrics.watchPlans(() => plans.size);
  metrics.watchSchemaViews(() => ({ kept: views.size, built: views.built }));
  metrics.watchDocuments(() => documents.size);
  const stopListening = [live.onChange((schema) => plans.clear(schema)), documents.onChange(() => plans.clear(live.current))];
  const costs = new OperationCosts(settings.graphql);
  const apollo = createApollo({ live, views, documents, plans, costs, rates, settings, logger, metrics });
  await apollo.start();
  const planned = new PlannedOperations({
    documents,
    plans,
    costs,
    rates,
    strictAuthorization: settings.graphql.strictAuthorization,
    metrics,
    report: (error) => logger.error('operation failed', { error }),
    ...(planUse === 'first' ? { admit: (text, operationName) => preparer.admit(text, operationName, plans) } : {}),
  });
  const { maxBodyBytes, maxBatch, requestIdHeader } = settings.http;
  return {
    endpoint: new GraphqlEndpoint(apollo, planUse === 'never' ? undefined : planned, { maxBodyBytes, maxBatch, production: settings.production, requestIdHeader }),
    stop: async () => {
      for (const stop of stopListening) stop();
      await apollo.stop();
    },
  };
}
