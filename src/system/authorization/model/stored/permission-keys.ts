import { createHash } from 'node:crypto';
import { keyOf } from '../text-checks.js';
import { compareBytes } from '../compare-bytes.js';
import type { PermissionEntry } from '../model.js';
import { ruleOf } from '../check/check-permissions.js';

/** Ids that were made here say nothing to a reader. */
const MADE = /^[0-9a-f]{32}$/;
const isKey = keyOf('perm');

/**
 * Keys of stored Permissions, by id: what was given as an id is the key; a Permission with a made id is called by what it says. The same
 * for the same Permissions, and no two are called alike.
 */
export function permissionKeys(permissions: readonly Omit<PermissionEntry, 'key'>[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  const inOrder = [...permissions].sort((left, right) => compareBytes(left.id!, right.id!));
  const give = (id: string, key: string): void => {
    keys.set(id, key);
    taken.add(key);
  };
  for (const { id } of inOrder) {
    const given = id!.slice(id!.indexOf('_') + 1);
    if (!MADE.test(given) && isKey(given) === undefined) give(id!, given);
  }
  for (const permission of inOrder) {
    if (keys.has(permission.id!)) continue;
    const said = sayingOf(permission);
    let key = said;
    for (let number = 2; taken.has(key); number += 1) key = `${said}.${number}`;
    give(permission.id!, key);
  }
  return keys;
}

function sayingOf(permission: Omit<PermissionEntry, 'key'>): string {
  const { type, action, scope, effect, condition } = permission;
  const words = [...(effect === 'deny' ? ['deny'] : []), type, action, scope];
  if (condition !== undefined) words.push(`if_${createHash('sha256').update(ruleOf({ ...permission, key: '' })).digest('hex').slice(0, 8)}`);
  const said = words.join('.');
  // Keys of types and actions may be as long as an id.
  return said.length <= 110 ? said : `${said.slice(0, 100)}.${createHash('sha256').update(said).digest('hex').slice(0, 8)}`;
}
