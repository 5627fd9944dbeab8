import type pg from 'pg';
import { render, type Sql } from './sql.js';
import type { SqlExecutor } from './transaction.js';

/** How a transaction of a {@link StatementPool} sees the others. */
export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ';

/** Runs SQL, some of it planned once. */
export interface PreparingExecutor extends SqlExecutor {
  /** The same as `query`, planned once per connection: for statements that run all the time. `name` stands for one text. */
  prepared<Row extends object>(name: string, statement: Sql): Promise<Row[]>;
}

/** Statements and plain transactions, without entities. */
export interface SqlTransactions extends SqlExecutor {
  /** Runs `work` in one transaction on one connection; it is not tried again. */
  transaction<Result>(work: (transaction: PreparingExecutor) => Promise<Result>, isolation?: Isolation): Promise<Result>;
}

/**
 * Connections apart from those of the callers' transactions: who holds a transaction may wait for one of these without the two pools
 * ever waiting for each other.
 */
export class StatementPool implements SqlTransactions, PreparingExecutor {
  constructor(readonly pool: pg.Pool) {}

  async query<Row extends object>(statement: Sql): Promise<Row[]> {
    const { text, values } = render(statement);
    return (await this.pool.query<Row>(text, values)).rows;
  }

  async prepared<Row extends object>(name: string, statement: Sql): Promise<Row[]> {
    const { text, values } = render(statement);
    return (await this.pool.query<Row>({ name, text, values })).rows;
  }

  async transaction<Result>(work: (transaction: PreparingExecutor) => Promise<Result>, isolation: Isolation = 'READ COMMITTED'): Promise<Result> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
      const result = await work(executorOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }
}

function executorOn(client: pg.ClientBase): PreparingExecutor {
  return {
    query: async <Row extends object>(statement: Sql) => {
      const { text, values } = render(statement);
      return (await client.query<Row>(text, values)).rows;
    },
    prepared: async <Row extends object>(name: string, statement: Sql) => {
      const { text, values } = render(statement);
      return (await client.query<Row>({ name, text, values })).rows;
    },
  };
}
