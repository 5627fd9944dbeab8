import { SettingsError } from '../../config/index.js';
import { isPolityError } from '../../kernel/errors/index.js';
import { redactText } from '../../observability/index.js';

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);

/** Errors that say what happened by themselves; the class of any other is a bug of ours. */
const SPEAKING = new Set(['PolityError', 'BackupError', 'EmbeddedPostgresError', 'MasterKeyMismatch', 'UsageError']);

/** An error in words for the operator: one line, or one for each setting that is wrong. No secret is in it. */
export function explain(error: unknown): string {
  return redactText(words(error));
}

function words(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const { name, message, code, stack } = error as Error & { code?: unknown };
  if (typeof code === 'string' && NETWORK.has(code)) return `the database does not answer (${code})`;
  if (isPolityError(error) && error.code === 'INTERNAL_ERROR') return stack ?? message;
  const isForeign = typeof code === 'string';
  if (SPEAKING.has(name) || isForeign) return message === '' ? String(code) : message;
  return stack ?? String(error);
}
