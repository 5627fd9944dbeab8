import { createPool, StatementPool } from '../persistence/index.js';
import { recordOperatorEvent } from '../system/audit/index.js';
import type { AuditEntry, EventRegistry } from '../system/shared/contracts/index.js';
import { createCapabilities } from './capabilities.js';

const STATEMENT_TIMEOUT_MS = 30_000;

/** Writes an audit event of the command line without booting the capabilities: for work on a database that may not be served. */
export async function writeOperatorEvent(url: string, entry: AuditEntry): Promise<void> {
  const statements = new StatementPool(createPool({ url, max: 1, applicationName: 'polity-cli', statementTimeoutMs: STATEMENT_TIMEOUT_MS, onError: () => undefined }));
  try {
    await recordOperatorEvent(statements, declaredTypes(), entry, Date.now());
  } finally {
    await statements.close();
  }
}

function declaredTypes(): EventRegistry {
  const types = createCapabilities().flatMap(({ manifest: { id, provides } }) => (provides.auditEventTypes ?? []).map((type) => ({ ...type, owner: id })));
  return { auditEventTypes: () => types, auditEventType: (key) => types.find((type) => type.key === key), isPublished: () => false };
}
