import { canonicalJson, sha256 } from '../../../kernel/crypto/index.js';
import { invariant, PolityError } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { sql, type Database, type Transaction } from '../../../persistence/index.js';
import type { AuditEntry, AuditLog } from '../contracts/audit-log.js';
import type { CallerGrants } from '../contracts/caller-grants.js';
import { assertReach, type ReachTarget } from '../contracts/reach.js';
import type { RequestContext } from '../contracts/request-context.js';
import { assertStorable } from './storable-text.js';
import { toUserMistake, type ConstraintMistakes, type UserMistake } from './user-mistakes.js';

/** Result of a mutation: what it made, or why nothing changed. */
export type MutationResult<Result extends object> = Partial<Result> & { readonly errors: readonly UserMistake[] };

/** How one mutation is run. */
export interface MutationOptions {
  /** Name of the GraphQL field; part of the idempotency record. */
  readonly name: string;
  /** Constraint name → mistake, for what only the database can decide. */
  readonly constraints?: ConstraintMistakes;
  /** Result fields that are shown once and never stored for a replay. */
  readonly secrets?: readonly string[];
}

/** What the work of a mutation gets. */
export interface MutationScope {
  readonly transaction: Transaction;
  /** Asserts a permission now, and once more under the lock when rights changed meanwhile. */
  require(key: string, target: ReachTarget): void;
  /** Adds the audit event of the change. Every mutation that changes something adds at least one. */
  audit(entry: AuditEntry): string;
  /** Declares that the input asks for what already is; nothing changes and nothing is audited. */
  unchanged(): void;
}

/** Runs mutations: one transaction with guard, change, audit event and idempotency record, or nothing at all. */
export class Mutations {
  /**
   * @param caughtUp - resolves when this node has forgotten what changed before the call: a credential or right that a mutation took
   * away is gone for the next request here, without waiting for a notification
   */
  constructor(
    private readonly database: Database,
    private readonly auditLog: () => AuditLog,
    private readonly callerGrants: () => CallerGrants,
    private readonly caughtUp: () => Promise<void> = async () => undefined,
  ) {}

  /**
   * Runs `work` in a transaction. A caller's mistake (user error, broken constraint, lost optimistic lock) becomes `errors`;
   * anything else is thrown. With `input.idempotencyKey` a second call of the same caller within 24 hours gives the first result.
   */
  async run<Result extends object>(
    context: RequestContext,
    options: MutationOptions,
    input: object,
    work: (scope: MutationScope) => Promise<Result>,
  ): Promise<MutationResult<Result>> {
    try {
      assertStorable(input, ['input']);
      const result = await this.database.transaction((transaction) => this.attempt(transaction, context, options, input, work));
      await this.caughtUp();
      return { ...result, errors: [] };
    } catch (error) {
      const mistake = toUserMistake(error, options.constraints);
      if (mistake === undefined) throw error;
      return { errors: [mistake] } as unknown as MutationResult<Result>;
    }
  }

  private async attempt<Result extends object>(
    transaction: Transaction,
    context: RequestContext,
    options: MutationOptions,
    input: object,
    work: (scope: MutationScope) => Promise<Result>,
  ): Promise<Result> {
    const replay = await this.claim<Result>(transaction, context, options, input);
    if (replay?.stored !== undefined) return replay.stored;
    const scope = new OpenScope(transaction, context, this.auditLog());
    transaction.onSealed(async (held) => {
      const unchangedRights = held[''] === context.caller.revision && context.caller.grants.every(({ level }) => level !== 'group_admin');
      if (!unchangedRights) scope.recheck(await this.callerGrants().read(transaction, context.caller, context.request.now));
    });
    const result = await work(scope);
    scope.assertAudited(options.name);
    if (replay !== undefined) await this.remember(transaction, context, options, input, result);
    return result;
  }

  private async claim<Result>(transaction: Transaction, context: RequestContext, options: MutationOptions, input: object): Promise<{ stored?: Result } | undefined> {
    const key = (input as { idempotencyKey?: string | null }).idempotencyKey;
    if (key === undefined || key === null) return undefined;
    if (key.length < 1 || key.length > 200) throw new PolityError('VALIDATION_FAILED', 'An idempotency key has 1 to 200 characters.', { path: ['input', 'idempotencyKey'] });
    const hash = sha256(canonicalJson(JSON.parse(JSON.stringify(input))));
    await transaction.query(sql`DELETE FROM sys_kernel.idempotency WHERE caller = ${context.caller.key} AND key = ${key} AND created_at < now() - interval '24 hours'`);
    const claimed = await transaction.query(sql`
      INSERT INTO sys_kernel.idempotency (caller, key, operation, request_hash, result)
      VALUES (${context.caller.key}, ${key}, ${options.name}, ${Buffer.from(hash)}, 'null') ON CONFLICT DO NOTHING RETURNING 1 AS claimed`);
    if (claimed.length > 0) return {};
    const [first] = await transaction.query<{ operation: string; request_hash: Buffer; result: Result }>(sql`
      SELECT operation, request_hash, result FROM sys_kernel.idempotency WHERE caller = ${context.caller.key} AND key = ${key}`);
    if (first === undefined || first.operation !== options.name || !first.request_hash.equals(hash)) {
      throw new PolityError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another request.', { path: ['input', 'idempotencyKey'] });
    }
    return { stored: first.result };
  }

  private async remember(transaction: Transaction, context: RequestContext, options: MutationOptions, input: object, result: object): Promise<void> {
    const kept = Object.fromEntries(Object.entries(result).filter(([field]) => !(options.secrets ?? []).includes(field)));
    await transaction.em.flush();
    await transaction.query(sql`
      UPDATE sys_kernel.idempotency SET result = ${JSON.stringify(kept)}::jsonb
      WHERE caller = ${context.caller.key} AND key = ${(input as { idempotencyKey: string }).idempotencyKey}`);
  }
}

class OpenScope implements MutationScope {
  private readonly required: { key: string; target: ReachTarget }[] = [];
  private audited = false;

  constructor(
    readonly transaction: Transaction,
    private readonly context: RequestContext,
    private readonly log: AuditLog,
  ) {}

  require(key: string, target: ReachTarget): void {
    this.required.push({ key, target });
    assertReach(this.context.caller, key, target, this.context.request.now);
  }

  audit(entry: AuditEntry): string {
    this.audited = true;
    return this.log.record(this.transaction, this.context, entry);
  }

  unchanged(): void {
    this.audited = true;
  }

  recheck(grants: Awaited<ReturnType<CallerGrants['read']>>): void {
    for (const { key, target } of this.required) assertReach({ ...this.context.caller, grants }, key, target, this.context.request.now);
  }

  assertAudited(name: string): void {
    invariant(this.audited, `the mutation ${name} changed something without an audit event`);
  }
}

/** The mutation runner of the process. */
export const mutationsRef = createServiceRef<Mutations>({ id: 'platform.mutations', scope: 'process' });
