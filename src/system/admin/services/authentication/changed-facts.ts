import type { FactChange } from '../../../../persistence/index.js';

/** Facts that belong to one User and are found under it. */
const OF_USER = new Set(['admin_grant', 'user_member', 'external_identity']);
const OF_THEMSELVES = new Set(['user', 'session', 'api_key', 'member', 'space', 'group']);

/** Names of the changed facts that callers are read from, as their readings name them. */
export function changedFacts(changes: readonly FactChange[]): ReadonlySet<string> {
  const facts = new Set<string>();
  for (const { kind, id, body } of changes) {
    if (OF_THEMSELVES.has(kind)) facts.add(`${kind}:${id}`);
    else if (OF_USER.has(kind)) facts.add(`user:${String(body['user_id'])}`);
  }
  return facts;
}
