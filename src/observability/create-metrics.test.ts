import { boundedLabel } from './bounded-label.js';
import { createMetrics } from './create-metrics.js';

const lines = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  (await metrics.render()).body.split('\n').filter((line) => line.startsWith(name));

describe('createMetrics', () => {
  test('counts', async () => {
    const metrics = createMetrics();
    metrics.countGraphqlOperation('query', 'ok');
    metrics.countGraphqlOperation('query', 'ok');
    metrics.countUnregisteredDocument('mutation');
    metrics.countDecisions('ALLOW');
    metrics.countDecisions('DENY', 'SCOPE_OUT_OF_BOUNDS', 3);
    metrics.countAuditEvents('user.created');
    metrics.countAuditEvents('user.disabled', 2);
    metrics.countAuthentication('password', 'throttled');
    metrics.countEventDeliveries('handled');
    metrics.countEventDeliveries('failed');
    metrics.countPlanHit('query');
    metrics.countStreamDeliveries('shared', 500);
    expect(await lines(metrics, 'polity_')).toEqual([
      'polity_graphql_operations_total{type="query",outcome="ok"} 2',
      'polity_graphql_plan_hits_total{type="query"} 1',
      'polity_stream_deliveries_total{execution="shared"} 500',
      'polity_graphql_unregistered_documents_total{type="mutation"} 1',
      'polity_decisions_total{decision="ALLOW",deny_code="none"} 1',
      'polity_decisions_total{decision="DENY",deny_code="SCOPE_OUT_OF_BOUNDS"} 3',
      'polity_audit_events_total{class="user"} 3',
      'polity_authentications_total{method="password",outcome="throttled"} 1',
      'polity_event_deliveries_total{outcome="handled"} 1',
      'polity_event_deliveries_total{outcome="failed"} 1',
    ]);
  });

  test('observes costs of operations, and counts those that are too high', async () => {
    const metrics = createMetrics();
    metrics.observeOperationCost('query', 120);
    metrics.observeOperationCost('query', 81_405);
    metrics.observeOperationCost('mutation', 11);
    metrics.countCostExceeded('query', 'refused');
    metrics.countCostExceeded('query', 'measured');
    expect(await lines(metrics, 'polity_graphql_operation_cost_sum')).toEqual(['polity_graphql_operation_cost_sum{type="query"} 81525', 'polity_graphql_operation_cost_sum{type="mutation"} 11']);
    expect(await lines(metrics, 'polity_graphql_operation_cost_bucket{le="20000",type="query"')).toEqual(['polity_graphql_operation_cost_bucket{le="20000",type="query"} 1']);
    expect(await lines(metrics, 'polity_graphql_cost_exceeded_total')).toEqual(['polity_graphql_cost_exceeded_total{type="query",outcome="refused"} 1', 'polity_graphql_cost_exceeded_total{type="query",outcome="measured"} 1']);
  });

  test('shows what is held of the schema and of operations', async () => {
    const metrics = createMetrics();
    let built = 3;
    metrics.watchPlans(() => 7);
    metrics.watchSchemaViews(() => ({ kept: 2, built }));
    metrics.watchDocuments(() => ({ kept: 4, registered: 5 }));
    metrics.observePlanCompilation('query', 0.0002);
    await metrics.render();
    built = 6;
    expect(await lines(metrics, 'polity_graphql_schema_views')).toEqual(['polity_graphql_schema_views 2', 'polity_graphql_schema_views_built_total 6']);
    expect(await lines(metrics, 'polity_graphql_plans')).toEqual(['polity_graphql_plans 7']);
    expect([await lines(metrics, 'polity_graphql_kept'), await lines(metrics, 'polity_graphql_registered')]).toEqual([['polity_graphql_kept_documents 4'], ['polity_graphql_registered_documents 5']]);
    expect(await lines(metrics, 'polity_graphql_plan_compilation_seconds_count')).toEqual(['polity_graphql_plan_compilation_seconds_count{type="query"} 1']);
  });

  test('counts swaps of the schema, and shows only the version of now', async () => {
    const metrics = createMetrics();
    let version = 'a';
    metrics.watchSchemaVersion(() => version);
    metrics.countSchemaSwap('swapped');
    metrics.countSchemaSwap('refused');
    expect(await lines(metrics, 'polity_schema')).toEqual(['polity_schema_swaps_total{outcome="swapped"} 1', 'polity_schema_swaps_total{outcome="refused"} 1', 'polity_schema_info{version="a"} 1']);
    version = 'b';
    expect(await lines(metrics, 'polity_schema_info')).toEqual(['polity_schema_info{version="b"} 1']);
  });

  test('observes requests', async () => {
    const metrics = createMetrics();
    metrics.observeHttpRequest({ method: 'POST', route: '/graphql', status: 200, seconds: 0.02 });
    metrics.observeHttpRequest({ method: 'BREW', route: '/graphql', status: 405, seconds: 0.001 });
    const count = await lines(metrics, 'polity_http_request_duration_seconds_count');
    expect(count).toEqual([
      'polity_http_request_duration_seconds_count{method="POST",route="/graphql",status="200"} 1',
      'polity_http_request_duration_seconds_count{method="other",route="/graphql",status="405"} 1',
    ]);
    expect(await lines(metrics, 'polity_http_request_duration_seconds_bucket{le="0.025",method="POST"')).toEqual([
      'polity_http_request_duration_seconds_bucket{le="0.025",method="POST",route="/graphql",status="200"} 1',
    ]);
  });

  test('reads gauges at each scrape, and shows none that nobody feeds', async () => {
    const metrics = createMetrics();
    expect(await lines(metrics, 'polity_sequencer_lag_seconds')).toEqual([]);
    let lag = 1;
    metrics.watchSequencerLag(() => lag);
    metrics.watchRevisionFeedLag(() => 0.25);
    metrics.watchPool('main', () => ({ total: 4, idle: 3, waiting: 0 }));
    expect(await lines(metrics, 'polity_sequencer_lag_seconds')).toEqual(['polity_sequencer_lag_seconds 1']);
    lag = 2;
    expect(await lines(metrics, 'polity_')).toEqual([
      'polity_database_pool_connections{pool="main",state="total"} 4',
      'polity_database_pool_connections{pool="main",state="idle"} 3',
      'polity_database_pool_connections{pool="main",state="waiting"} 0',
      'polity_sequencer_lag_seconds 2',
      'polity_revision_feed_lag_seconds 0.25',
    ]);
    metrics.watchSequencerLag(() => 9);
    expect(await lines(metrics, 'polity_sequencer_lag_seconds')).toEqual(['polity_sequencer_lag_seconds 9']);
  });

  test('stays small whatever the labels say', async () => {
    const metrics = createMetrics();
    for (let index = 0; index < 1000; index += 1) {
      metrics.observeHttpRequest({ method: `M${index}`, route: `/r/${index}`, status: 200, seconds: 0 });
      metrics.countDecisions('DENY', `CODE_${index}`);
      metrics.countAuditEvents(`class${index}.x`);
    }
    expect(await lines(metrics, 'polity_http_request_duration_seconds_count')).toHaveLength(51);
    expect(await lines(metrics, 'polity_decisions_total')).toHaveLength(65);
    expect(await lines(metrics, 'polity_audit_events_total')).toHaveLength(65);
  });

  test('keeps a registry of its own, with the runtime’s numbers', async () => {
    const [first, second] = [createMetrics(), createMetrics()];
    first.countDecisions('ALLOW');
    expect(await lines(second, 'polity_decisions_total')).toEqual([]);
    expect(await lines(second, 'nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
    expect((await second.render()).contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});

describe('boundedLabel', () => {
  test('lets the first values pass', () => {
    const guard = boundedLabel(2);
    expect(['a', 'b', 'a', 'c', 'b', 'd'].map(guard)).toEqual(['a', 'b', 'a', 'other', 'b', 'other']);
  });
});
