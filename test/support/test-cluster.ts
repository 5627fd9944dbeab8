import type { EmbeddedPostgres } from '../../src/persistence/embedded/index.js';
import type { Watchdog } from './watchdog.js';

/** Environment variable with the superuser's address of the run's cluster. The settings refuse names that begin like theirs. */
export const TEST_CLUSTER = 'TEST_POSTGRES_URL';

/** Environment variable with what went wrong with the template; only tests that need a database then fail. */
export const TEMPLATE_FAILURE = 'TEST_TEMPLATE_FAILURE';

/** Database with all migrations applied and no data. */
export const TEMPLATE = 'polity_template';

/** What the set-up leaves for the teardown, which jest runs in the same process. */
export interface TestCluster {
  readonly postgres: EmbeddedPostgres;
  readonly watchdog: Watchdog;
}

declare global {
  var polityTestCluster: TestCluster | undefined;
}
