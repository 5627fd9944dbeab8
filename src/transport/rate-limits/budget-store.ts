import { sql, type SqlExecutor } from '../../persistence/index.js';

/** A share that a node wants of one budget. */
export interface ShareRequest {
  readonly key: string;
  readonly size: number;
  readonly rate: number;
  /** Less than that is of no use. */
  readonly least: number;
  readonly wanted: number;
}

/** What it was given. */
export interface ShareGrant {
  readonly key: string;
  readonly granted: number;
  /** What the budget held before. */
  readonly available: number;
}

/** Where budgets lie that all nodes share. */
export interface BudgetStore {
  /** @throws whatever the database throws while it is away */
  take(requests: readonly ShareRequest[]): Promise<readonly ShareGrant[]>;
}

/** Budgets in PostgreSQL, on its clock. */
export class DatabaseBudgets implements BudgetStore {
  constructor(private readonly database: () => SqlExecutor) {}

  take(requests: readonly ShareRequest[]): Promise<readonly ShareGrant[]> {
    const column = (read: (request: ShareRequest) => number): number[] => requests.map(read);
    return this.database().query<ShareGrant>(sql`
      SELECT key, granted, available FROM sys_kernel.take_rate_units(${requests.map(({ key }) => key)}::text[], ${column(({ size }) => size)}::float8[],
        ${column(({ rate }) => rate)}::float8[], ${column(({ least }) => least)}::float8[], ${column(({ wanted }) => wanted)}::float8[])`);
  }

  /** Forgets budgets that are full again; they are as good as unknown. */
  async forgetFull(): Promise<void> {
    await this.database().query(sql`DELETE FROM sys_kernel.rate_budgets WHERE counted_at < clock_timestamp() - interval '1 hour'`);
  }
}
