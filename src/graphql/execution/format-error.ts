import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, PolityError } from '../../kernel/errors/index.js';
import { isDatabaseUnavailable } from '../../persistence/index.js';
import { toUserMistake } from '../../system/shared/services/index.js';
import { withoutValues } from './without-values.js';

/** Called for errors that are ours, with the original: they are logged, never shown. */
export type ReportInternal = (error: unknown) => void;

/** Makes the answer for a thrown error: stable code, no internals. */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown, report: ReportInternal): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError && thrown.originalError !== undefined ? thrown.originalError : thrown;
  if (original instanceof PolityError) return fromPolityError(formatted, original, report);
  if (isDatabaseUnavailable(original)) {
    return { ...place(formatted), message: 'The database cannot be reached; try again.', extensions: { code: 'SERVICE_UNAVAILABLE' } };
  }
  if (original instanceof GraphQLError && isMeantForCaller(thrown as GraphQLError, original)) return withoutStack(formatted);
  const mistake = original instanceof GraphQLError ? undefined : toUserMistake(original);
  if (mistake !== undefined) return { ...place(formatted), message: mistake.message, extensions: { code: mistake.code, inputPath: mistake.path } };
  report(original);
  return { ...place(formatted), message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } };
}

// Errors about the request have no path, and errors that were made for the caller have a code. What graphql-js says of a value that
// a resolver gave has a path and no code, and may quote the value; only its complaints about arguments are the caller's business.
function isMeantForCaller(thrown: GraphQLError, original: GraphQLError): boolean {
  const { code } = original.extensions;
  if (thrown.path === undefined || (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR')) return true;
  return original.originalError === undefined && original.nodes !== undefined && original.message.startsWith('Argument "');
}

function fromPolityError(formatted: GraphQLFormattedError, error: PolityError, report: ReportInternal): GraphQLFormattedError {
  if (ERROR_CODES[error.code].kind === 'internal') {
    report(error);
    return { ...place(formatted), message: 'Internal error', extensions: { code: error.code } };
  }
  return {
    ...place(formatted),
    message: error.message,
    extensions: { ...error.details, code: error.code, ...(error.path === undefined ? {} : { inputPath: error.path }) },
  };
}

function place({ locations, path }: GraphQLFormattedError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) };
}

function withoutStack(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _stacktrace, exception: _exception, http: _http, code, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, message: withoutValues(formatted.message), extensions: { ...extensions, code: code === undefined || code === 'INTERNAL_SERVER_ERROR' ? 'BAD_USER_INPUT' : code } };
}
