import { invalid } from '../../../../../kernel/errors/index.js';
import { assertSuppliedId } from '../../../../../kernel/ids/index.js';
import { checkedCondition } from '../../checked-condition.js';
import type { Hypothesis } from '../hypothesis.js';
import type { ChangeOf } from './change-of.js';

const TYPE_KEY = /^[a-z][a-z0-9_]{0,62}$/;
const ACTION_KEY = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** A Permission that is not in the catalogue yet; the proposals after it know it by its id. */
export async function createPermission(space: Hypothesis, { input, path }: ChangeOf<'createPermission'>): Promise<void> {
  const { id, resourceType, action, scope } = input;
  assertSuppliedId('Permission', id, [...path, 'id']);
  await space.assertFree('permission', id, [...path, 'id']);
  if (!TYPE_KEY.test(resourceType)) throw invalid([...path, 'resourceType'], 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.');
  if (!ACTION_KEY.test(action)) throw invalid([...path, 'action'], 'The key of an action starts with a letter and has 1 to 63 letters, digits, _ and -.');
  const [effect, condition] = [input.effect ?? 'allow', checkedCondition(input.condition, [...path, 'condition'])];
  const same = (await space.permissionsFor(resourceType, action))
    .some(({ body }) => body['scope'] === scope && (body['effect'] ?? 'allow') === effect && (body['condition'] ?? null) === condition);
  if (same) throw invalid(path, 'There is a Permission for this type, action, scope, effect and condition.', 'ALREADY_EXISTS');
  space.write('permission', id, { id, resource_type: resourceType, action, scope, effect, condition, status: scope === 'global' ? 'disabled' : 'active' });
}

export async function setPermissionStatus(space: Hypothesis, { input: { id, status }, path }: ChangeOf<'setPermissionStatus'>): Promise<void> {
  const permission = await space.permission(id, [...path, 'id']);
  if (status === 'active' && permission.body['scope'] === 'global') throw invalid([...path, 'id'], 'A Permission of global scope stays disabled.');
  space.change(permission, { status });
}
