import { invariant } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { Database, Transaction } from '../../../persistence/index.js';
import type { AuditEntry, AuditLog } from '../contracts/audit-log.js';
import type { CallerGrants } from '../contracts/caller-grants.js';
import type { Keyring } from '../contracts/keyring.js';
import { assertReach, type ReachTarget } from '../contracts/reach.js';
import type { RequestContext } from '../contracts/request-context.js';
import { IdempotencyRecords } from './idempotency-records.js';
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
  private readonly idempotency: IdempotencyRecords;

  /**
   * @param keyring - seals what is kept of mutations with an idempotency key
   * @param caughtUp - resolves when this node has forgotten what changed before the call: a credential or right that a mutation took
   * away is gone for the next request here, without waiting for a notification
   */
  constructor(
    private readonly database: Database,
    private readonly auditLog: () => AuditLog,
    private readonly callerGrants: () => CallerGrants,
    keyring: () => Pick<Keyring, 'subjectKey'>,
    private readonly caughtUp: () => Promise<void> = async () => undefined,
  ) {
    this.idempotency = new IdempotencyRecords(keyring);
  }

  /** Removes what is kept of mutations longer than a day ago; gives the number of records. */
  forgetOld(): Promise<number> {
    return this.idempotency.forget(this.database);
  }

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
    const claim = await this.idempotency.claim<Result>(transaction, { caller: context.caller.key, operation: options.name, input });
    if (claim !== undefined && 'stored' in claim) return claim.stored;
    const scope = new OpenScope(transaction, context, this.auditLog());
    transaction.onSealed(async (held) => {
      const unchangedRights = held[''] === context.caller.revision && context.caller.grants.every(({ level }) => level !== 'group_admin');
      if (!unchangedRights) scope.recheck(await this.callerGrants().read(transaction, context.caller, context.request.now));
    });
    const result = await work(scope);
    scope.assertAudited(options.name);
    if (claim !== undefined) {
      await transaction.em.flush();
      await claim.store(Object.fromEntries(Object.entries(result).filter(([field]) => !(options.secrets ?? []).includes(field))));
    }
    return result;
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
