import { PostgresDialect, type DatabaseConnection, type Driver, type TransactionSettings } from 'kysely';
import { isDatabaseUnavailable } from './database-errors.js';

/**
 * The dialect of PostgreSQL whose transactions give their connection back also when it is lost. Kysely gives it back only after a
 * BEGIN, COMMIT or ROLLBACK that worked: each transaction that a restart of the database breaks would take a place of the pool with it.
 */
export class ReleasingDialect extends PostgresDialect {
  override createDriver(): Driver {
    return releasing(super.createDriver());
  }
}

function releasing(driver: Driver): Driver {
  const begin = driver.beginTransaction.bind(driver);
  const rollback = driver.rollbackTransaction.bind(driver);
  return Object.assign(driver, {
    async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
      try {
        await begin(connection, settings);
      } catch (error) {
        await driver.releaseConnection(connection);
        throw error;
      }
    },
    async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
      try {
        await rollback(connection);
      } catch (error) {
        // What a lost connection had begun is rolled back by its end; the pool drops what is not usable any more.
        if (!isDatabaseUnavailable(error)) throw error;
      }
    },
  });
}
