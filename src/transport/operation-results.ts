import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { formatError, gatherDenied, type ReportInternal } from '../graphql/index.js';
import { auditLogRef, type RequestContext } from '../system/shared/contracts/index.js';

/** Finishes the errors of an answer: one error per denied field, and one audit event for all that was denied. */
export async function settleErrors(errors: readonly GraphQLFormattedError[], context: RequestContext, operation: { readonly name?: string | null; readonly type: string }): Promise<readonly GraphQLFormattedError[]> {
  const denied = gatherDenied(errors);
  if (denied.paths.length > 0) await recordDenial(context, denied.paths, operation);
  return denied.errors;
}

/** Writes the `access.denied` event of one operation, naming the paths. */
export async function recordDenial(context: RequestContext, paths: readonly string[], operation: { readonly name?: string | null; readonly type: string }): Promise<void> {
  await context.services.get(auditLogRef).recordNow(context, [{
    type: 'access.denied',
    spaceId: context.caller.actor?.spaceId ?? '',
    target: { type: 'Operation', id: operation.name ?? operation.type },
    decision: 'DENY',
    denyCode: 'ADMIN_PERMISSION_REQUIRED',
    details: { paths: paths.slice(0, 50), operation: operation.type },
  }]);
}

/** Formats a result of graphql-js the way Apollo's answers are formatted. */
export async function settleResult(result: ExecutionResult, context: RequestContext, operation: { readonly name?: string | null; readonly type: string }, report: ReportInternal): Promise<ExecutionResult> {
  if (result.errors === undefined) return result;
  const formatted = result.errors.map((error) => formatError(error.toJSON(), error, report));
  return { ...result, errors: (await settleErrors(formatted, context, operation)) as never };
}
