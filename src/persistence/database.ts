import { MikroORM, type EntityManager, type EntitySchema } from '@mikro-orm/postgresql';
import { CompiledQuery, type ControlledTransaction } from 'kysely';
import pg from 'pg';
import { isRetryable } from './database-errors.js';
import { createPool, cutOff, type PoolOptions } from './pool.js';
import { ReleasingDialect } from './releasing-dialect.js';
import { render, sql, type Sql } from './sql.js';
import type { PreparingExecutor } from './statement-pool.js';
import type { Revisions, Transaction } from './transaction.js';

const MOST_ATTEMPTS = 5;

/** What {@link Database.open} needs. */
export interface DatabaseOptions extends PoolOptions {
  /** Entities of all capabilities. */
  readonly entities: readonly EntitySchema[];
}

/** One column that an entity is mapped to. */
export interface MappedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly nullable: boolean;
}

/** The database of one process: autocommit reads through a pool, transactions through a unit of work on the same pool. */
export class Database implements PreparingExecutor {
  private constructor(
    readonly pool: pg.Pool,
    private readonly orm: MikroORM,
    private readonly options: PoolOptions,
  ) {}

  /** Opens without connecting: a database that is down makes statements fail, not the start. */
  static open(options: DatabaseOptions): Database {
    const pool = createPool(options);
    const orm = new MikroORM({
      entities: [...options.entities],
      dbName: 'polity',
      ensureDatabase: false,
      driverOptions: new ReleasingDialect({ pool }),
      forceUtcTimezone: true,
      discovery: { warnWhenNoEntities: false },
    });
    return new Database(pool, orm, options);
  }

  async query<Row extends object>(statement: Sql): Promise<Row[]> {
    const { text, values } = render(statement);
    return (await this.pool.query<Row>(text, values)).rows;
  }

  async prepared<Row extends object>(name: string, statement: Sql): Promise<Row[]> {
    const { text, values } = render(statement);
    return (await this.pool.query<Row>({ name, text, values })).rows;
  }

  /** Makes one connection outside every pool, such as one that listens; the caller ends it. */
  async connect(applicationName: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.options.url, application_name: applicationName, connectionTimeoutMillis: 5_000 });
    client.on('error', this.options.onError);
    await client.connect();
    return client;
  }

  /** Tables and columns that the unit of work believes in; a test holds them against the migrations. */
  mappedColumns(): readonly MappedColumn[] {
    return [...this.orm.getMetadata().getAll().values()].flatMap(({ schema, tableName, props }) => props.flatMap(({ fieldNames, nullable }) =>
      fieldNames.map((column) => ({ schema: schema ?? '', table: tableName, column, nullable: nullable === true }))));
  }

  /**
   * Runs `work` in one transaction and retries it whole on deadlock or serialization failure; `work` must not have effects
   * outside the transaction (use {@link Transaction.onCommitted}).
   */
  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt >= MOST_ATTEMPTS || !isRetryable(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
      }
    }
  }

  /** Lets what still runs fail now, rolled back: nobody waits for it any more. */
  cutOff(): void {
    cutOff(this.pool);
  }

  async close(): Promise<void> {
    await this.orm.close(true);
    if (!this.pool.ended) await this.pool.end();
  }

  private async attempt<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const em = this.orm.em.fork() as EntityManager;
    await em.begin();
    const open = new OpenTransaction(em);
    let held: Revisions;
    let result: Result;
    try {
      result = await work(open);
      held = await open.finish();
      await em.commit();
    } catch (error) {
      await em.rollback().catch(() => undefined);
      throw error;
    }
    open.committed(held);
    return result;
  }
}

class OpenTransaction implements Transaction {
  private readonly touched = new Set<string>();
  private readonly sealed: ((held: Revisions) => Promise<void>)[] = [];
  private readonly last: (() => Promise<void>)[] = [];
  private readonly notifications: ((held: Revisions) => void)[] = [];

  constructor(readonly em: EntityManager) {}

  async query<Row extends object>(statement: Sql): Promise<Row[]> {
    const { text, values } = render(statement);
    const connection = this.em.getTransactionContext<ControlledTransaction<unknown>>();
    if (connection === undefined) throw new Error('the transaction is over');
    return (await connection.executeQuery<Row>(CompiledQuery.raw(text, values))).rows;
  }

  touch(...spaceIds: readonly string[]): void {
    for (const spaceId of spaceIds) this.touched.add(spaceId);
  }

  onSealed(check: (held: Revisions) => Promise<void>): void {
    this.sealed.push(check);
  }

  onLast(write: () => Promise<void>): void {
    this.last.push(write);
  }

  onCommitted(notify: (held: Revisions) => void): void {
    this.notifications.push(notify);
  }

  async finish(): Promise<Revisions> {
    await this.em.flush();
    let held: Revisions = {};
    if (this.touched.size > 0 || this.sealed.length > 0) {
      const [row] = await this.query<{ held: Revisions }>(sql`SELECT sys_authz.seal(${[...this.touched]}) AS held`);
      held = row?.held ?? {};
    }
    await this.query(sql`SET CONSTRAINTS ALL IMMEDIATE`);
    for (const check of this.sealed) await check(held);
    for (const write of this.last) await write();
    return held;
  }

  committed(held: Revisions): void {
    for (const notify of this.notifications) notify(held);
  }
}
