import { PolityError, type ErrorCode } from '../../../../kernel/errors/index.js';
import type { Database } from '../../../../persistence/index.js';
import type { AuditLog, CallerGrants, RequestContext } from '../../../shared/contracts/index.js';
import { assertStorable, Mutations, toUserMistake, type MutationOptions, type MutationResult, type MutationScope } from '../../../shared/services/index.js';

/** What mutations are made of. */
export interface MutationParts {
  readonly database: Database;
  readonly auditLog: () => AuditLog;
  readonly callerGrants: () => CallerGrants;
}

// The whole keeps an answer for an idempotency key; its parts keep none, and seal nothing.
const noKeyring = (): never => {
  throw new Error('A part of a mutation keeps no answer.');
};

/**
 * Runs mutations as parts of another one: in its transaction, with its rights, each with the audit event that it has by itself. A mistake
 * ends the whole.
 */
export class JoinedMutations extends Mutations {
  constructor(
    { database, auditLog, callerGrants }: MutationParts,
    private readonly scope: MutationScope,
  ) {
    super(database, auditLog, callerGrants, noKeyring);
  }

  /** @throws PolityError the mistake of the caller that the mutation would have answered with */
  override async run<Result extends object>(
    _context: RequestContext, { constraints }: MutationOptions, input: object, work: (scope: MutationScope) => Promise<Result>,
  ): Promise<MutationResult<Result>> {
    try {
      assertStorable(input, ['input']);
      const result = await work(this.scope);
      // What the database refuses is told about this part, not about the next one.
      await this.scope.transaction.em.flush();
      return { ...result, errors: [] };
    } catch (error) {
      const mistake = toUserMistake(error, constraints);
      throw mistake === undefined ? error : new PolityError(mistake.code as ErrorCode, mistake.message, { path: mistake.path, cause: error });
    }
  }
}
