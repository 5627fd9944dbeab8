import type { HeldKey, Keyring } from '../../../shared/contracts/index.js';
import { personalHash, sealField, type SealedField } from '../personal-seal.js';
import type { EventDraft } from './event-draft.js';
import { PERSONAL_FILTERS, type PersonalFilter, type PersonalHash } from './event-row.js';
import { jsonValue } from './json-value.js';

/** Personal values of an event: sealed for its body, hashed for filters. */
export interface SealedPersonal {
  readonly sealed?: Readonly<Record<string, SealedField>>;
  readonly hashes: readonly PersonalHash[];
}

const MOST_HASHES = 1_000;
const hashes = new WeakMap<HeldKey, Map<string, Uint8Array>>();

// One address asks thousands of times. Nothing is held for longer than the key.
function hashOf(key: HeldKey, filter: PersonalFilter, value: string): Uint8Array {
  const held = hashes.get(key) ?? new Map<string, Uint8Array>();
  hashes.set(key, held);
  // No name of a filter holds NUL.
  const name = `${filter}\0${value}`;
  const known = held.get(name);
  if (known !== undefined) return known;
  const hash = personalHash(key, filter, value);
  if (held.size >= MOST_HASHES) held.clear();
  held.set(name, hash);
  return hash;
}

interface PersonalValue {
  readonly field: string;
  readonly subject: string;
  readonly value: unknown;
}

/**
 * Seals address and agent under the key of who calls, the rest under the key of whom it is about: erasing one person leaves what is
 * known of the other. A person whose key is erased leaves nothing.
 */
export async function sealPersonal(draft: EventDraft, keyring: Keyring): Promise<SealedPersonal> {
  const values = personalValues(draft);
  if (values.length === 0) return { hashes: [] };
  const subjects = [...new Set(values.map(({ subject }) => subject))];
  const keys = new Map(await Promise.all(subjects.map(async (subject) => [subject, await keyring.subjectKey(subject)] as const)));
  const filterKey = await keyring.current('audit_filter');
  const sealed: Record<string, SealedField> = {};
  const found: PersonalHash[] = [];
  for (const { field, subject, value } of values) {
    const key = keys.get(subject);
    if (key === undefined) continue;
    sealed[field] = sealField(key, subject, draft.id, field, value);
    const filter = PERSONAL_FILTERS.find((name) => name === field);
    if (filter !== undefined && typeof value === 'string') found.push({ field: filter, subject, hash: hashOf(filterKey, filter, value) });
  }
  return { sealed, hashes: found };
}

function personalValues({ entry, caller, request }: EventDraft): PersonalValue[] {
  const about = entry.personal?.subject ?? '';
  const calling = caller.userId ?? about;
  const values: PersonalValue[] = [
    { field: 'ip', subject: calling, value: request.ip },
    { field: 'userAgent', subject: calling, value: request.userAgent },
    { field: 'identifier', subject: about, value: entry.personal?.identifier },
    { field: 'values', subject: about, value: jsonValue(entry.personal?.values) },
  ];
  return values.filter(({ value }) => value !== undefined);
}
