import { optional, withDefault } from '../setting.js';
import { databaseUrlText } from '../schemas/database-url.js';
import { matching } from '../schemas/matching.js';
import { wholeNumber } from '../schemas/whole-number.js';

/** Which PostgreSQL is used, and how many connections to it. */
export const databaseSettings = {
  url: optional({
    variable: 'DATABASE_URL',
    schema: databaseUrlText,
    description: 'PostgreSQL address of the server role. Without it the embedded database is started; production needs it.',
    secret: true,
  }),
  migrateUrl: optional({
    variable: 'POLITY_MIGRATE_DATABASE_URL',
    schema: databaseUrlText,
    description: "PostgreSQL address of the schemas' owner, used only by migrations. Without it they run with `DATABASE_URL`.",
    secret: true,
  }),
  dataDir: withDefault(
    {
      variable: 'POLITY_DATA_DIR',
      schema: matching(/^[^\0]{1,1024}$/, 'a folder'),
      description: 'Folder of the embedded database and of the last known audit checkpoint.',
    },
    '.polity/',
  ),
  poolSize: withDefault(
    {
      variable: 'POLITY_POOL_SIZE',
      schema: wholeNumber(1, 1000),
      description: 'Most connections of this process for queries and changes.',
      unit: 'connections',
    },
    10,
  ),
  decisionPoolSize: withDefault(
    {
      variable: 'POLITY_DECISION_POOL_SIZE',
      schema: wholeNumber(1, 100),
      description: 'Most connections of this process for the decision log, apart from the others.',
      unit: 'connections',
    },
    2,
  ),
  statementTimeoutMs: withDefault(
    {
      variable: 'POLITY_STATEMENT_TIMEOUT_MS',
      schema: wholeNumber(100, 3_600_000),
      description: 'Longest time of one SQL statement.',
      unit: 'ms',
    },
    10_000,
  ),
};
