import { invariant } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { SYSTEM, type AuditEntry, type EventRegistry, type Keyring } from '../../../shared/contracts/index.js';
import { buildEvent } from './build-event.js';
import { draftEvent } from './event-draft.js';
import { insertEvents } from './insert-events.js';

/**
 * Writes an event of an operator's command on a database whose server does not run in this process. It names the system and holds
 * nothing personal, so it needs no key; the next server gives it its place.
 *
 * @throws PolityError `INTERNAL_ERROR` for personal values and for a type that is not registered
 */
export async function recordOperatorEvent(database: SqlExecutor, registry: EventRegistry, entry: AuditEntry, now: number): Promise<void> {
  invariant(entry.personal === undefined, 'An event of the command line holds no personal values.');
  const draft = draftEvent({ caller: SYSTEM, request: { id: newId('req'), now } }, entry, registry, now);
  await database.query(insertEvents([await buildEvent(draft, NO_KEYS)]));
}

const refuse = async (): Promise<never> => {
  throw new Error('There is nothing personal to seal.');
};
const NO_KEYS: Keyring = { current: refuse, accepted: refuse, rotate: refuse, subjectKey: refuse };
