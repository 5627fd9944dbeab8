import type { FactRow } from './fact-row.js';
import { RegistryIndex, SCOPE_CODES } from './registry-index.js';
import { MANY, RoleRules } from './role-rules.js';

const row = (kind: string, id: string, body: FactRow['body'], removed = false): FactRow => ({ kind, id, removed, body: { status: 'active', ...body } });
const permission = (id: string, more: FactRow['body'] = {}): FactRow => row('permission', id, { resource_type: 'doc', action: 'read', scope: 'space', effect: 'allow', ...more });
const role = (id: string, more: FactRow['body'] = {}): FactRow => row('role', id, { key: id, ...more });
const holds = (id: string, roleId: string, permissionId: string, more: FactRow['body'] = {}): FactRow => row('role_permission', id, { role_id: roleId, permission_id: permissionId, ...more });
const inherits = (id: string, roleId: string, inheritedId: string, more: FactRow['body'] = {}): FactRow => row('role_inheritance', id, { role_id: roleId, inherited_role_id: inheritedId, ...more });

class Rules {
  readonly registry = new RegistryIndex();
  readonly roles = new RoleRules('space_a', this.registry);

  constructor(...rows: readonly FactRow[]) {
    this.take(...rows);
  }

  take(...rows: readonly FactRow[]): this {
    const changed = this.registry.apply(rows);
    for (const each of rows) if (each.kind.startsWith('role')) this.roles.apply(each);
    this.roles.permissionsChanged(changed);
    this.roles.settle();
    return this;
  }

  /** What a Role has for reading documents: Permissions with the Roles on the way, and the kind that decisions see. */
  of(roleId: string): { readonly rules: string[]; readonly kind: number | undefined; readonly isHeld: boolean; readonly denials: number } {
    const { number } = this.registry.type('doc')!.actions.get('read')!;
    const entry = this.roles.role(roleId)!;
    const isHeld = this.roles.holds(number, entry.row);
    return {
      rules: entry.rules.filter((_, at) => entry.pairs[at] === number).map((rule) => [rule.permission.id, ...rule.inherited.map(({ id }) => id)].join(' ')),
      // What a Role has that has nothing, nobody asks.
      kind: isHeld ? this.roles.kind(number, entry.row) : 0,
      isHeld,
      denials: this.roles.denials(number),
    };
  }
}

const NOTHING = { rules: [], kind: 0, isHeld: false, denials: 0 };

test('one rule that allows without a condition is its scope; any other has to be looked at', () => {
  const rules = new Rules(permission('p1', { scope: 'group_tree' }), role('r1'), holds('rp1', 'r1', 'p1'));
  expect(rules.of('r1')).toEqual({ rules: ['p1'], kind: 1 + SCOPE_CODES.group_tree, isHeld: true, denials: 0 });
  expect(rules.take(permission('p1', { condition: 'true' })).of('r1').kind).toBe(MANY);
  expect(rules.take(permission('p1', { scope: 'planet' })).of('r1').kind).toBe(MANY);
  expect(rules.take(permission('p1', { effect: 'deny' })).of('r1')).toMatchObject({ kind: MANY, denials: 1 });
  expect(rules.take(permission('p1'), permission('p2', { scope: 'self' }), holds('rp2', 'r1', 'p2')).of('r1')).toEqual({ rules: ['p2', 'p1'], kind: MANY, isHeld: true, denials: 0 });
});

test.each<[string, FactRow]>([
  ['a disabled Role', role('r1', { status: 'disabled' })],
  ['a Role that is gone', { ...role('r1'), removed: true }],
  ['a revoked RolePermission', holds('rp1', 'r1', 'p1', { status: 'revoked' })],
  ['a RolePermission that is gone', { ...holds('rp1', 'r1', 'p1'), removed: true }],
  ['a disabled Permission', permission('p1', { status: 'disabled' })],
  ['a Permission that is gone', { ...permission('p1'), removed: true }],
])('%s gives nothing, and all that it gave when it comes back', (_, change) => {
  const rows = [permission('p1', { effect: 'deny' }), role('r1'), holds('rp1', 'r1', 'p1')];
  const rules = new Rules(...rows);
  expect(rules.of('r1')).toMatchObject({ rules: ['p1'], denials: 1 });
  expect(rules.take(change).of('r1')).toEqual(NOTHING);
  expect(rules.take(...rows).of('r1')).toMatchObject({ rules: ['p1'], denials: 1 });
});

test('a Role has what it inherits, over active Roles and inheritances only, by the shortest way and of those the first', () => {
  const rules = new Rules(
    permission('p1'), role('a'), role('b'), role('c'), role('d'), holds('rp1', 'd', 'p1'),
    inherits('i1', 'a', 'b'), inherits('i2', 'a', 'c'), inherits('i3', 'b', 'd'), inherits('i4', 'c', 'd'),
  );
  expect(['a', 'b', 'd'].map((id) => rules.of(id).rules)).toEqual([['p1 b d'], ['p1 d'], ['p1']]);
  expect(rules.take(role('b', { status: 'disabled' })).of('a').rules).toEqual(['p1 c d']);
  expect(rules.take(inherits('i4', 'c', 'd', { status: 'revoked' })).of('a')).toMatchObject({ rules: [], isHeld: false });
  expect(rules.take(inherits('i5', 'a', 'd')).of('a').rules).toEqual(['p1 d']);
  expect(rules.take({ ...inherits('i5', 'a', 'd'), removed: true }, role('b')).of('a').rules).toEqual(['p1 b d']);
  expect(rules.take(permission('p1', { effect: 'deny' })).of('a')).toMatchObject({ kind: MANY, denials: 3 });
});

test('Roles that inherit in a circle end', () => {
  const rules = new Rules(permission('p1'), role('a'), role('b'), role('c'), holds('rp1', 'c', 'p1'), inherits('i1', 'a', 'b'), inherits('i2', 'b', 'c'), inherits('i3', 'c', 'a'), inherits('i4', 'b', 'b'));
  expect(['a', 'b', 'c'].map((id) => rules.of(id).rules)).toEqual([['p1 b c'], ['p1 c'], ['p1']]);
});

test('a Permission that moves to another action leaves its old one', () => {
  const rules = new Rules(permission('p1', { effect: 'deny' }), role('r1'), holds('rp1', 'r1', 'p1'));
  rules.take(permission('p1', { effect: 'deny', action: 'write' }));
  expect(rules.of('r1')).toEqual(NOTHING);
  expect(rules.roles.denials(rules.registry.type('doc')!.actions.get('write')!.number)).toBe(1);
});

test('many Roles are told apart', () => {
  const many = Array.from({ length: 200 }, (_, number) => `r${number}`);
  const rules = new Rules(permission('p1'), ...many.map((id) => role(id)), ...many.filter((_, at) => at % 3 === 0).map((id) => holds(`rp_${id}`, id, 'p1')));
  expect(many.filter((id) => rules.of(id).isHeld)).toEqual(many.filter((_, at) => at % 3 === 0));
  expect(rules.roles.size).toBeGreaterThan(0);
});

test('a Role says when its key has changed, because its assignments stand elsewhere then', () => {
  const { roles } = new Rules();
  expect([roles.apply(role('r1'))?.id, roles.apply(role('r1', { status: 'disabled' }))?.id, roles.apply(role('r1', { key: 'other' }))?.id]).toEqual(['r1', undefined, 'r1']);
});

test('Roles that are only named hold nothing, however many there are', () => {
  const rules = new Rules(permission('p1'), permission('p2', { action: 'write' }), role('r1'), holds('rp1', 'r1', 'p1'), holds('rp2', 'r1', 'p2'));
  const pairs = ['read', 'write'].map((action) => rules.registry.type('doc')!.actions.get(action)!.number);
  for (let n = 0; n < 200; n += 1) {
    const { row } = rules.roles.named(`named${n}`);
    for (const pair of pairs) {
      const { bits } = rules.roles;
      expect([rules.roles.holds(pair, row), ((bits[rules.roles.firstWord(pair) + (row >> 5)] as number) >>> (row & 31)) & 1]).toEqual([false, 0]);
    }
  }
  rules.take(role('named150'), holds('rp3', 'named150', 'p2'));
  expect(rules.roles.all().filter(({ row }) => pairs.some((pair) => rules.roles.holds(pair, row))).map(({ id }) => id)).toEqual(['r1', 'named150']);
  expect([pairs.map((pair) => rules.roles.holds(pair, rules.roles.role('named150')!.row)), pairs.map((pair) => rules.roles.holds(pair, rules.roles.role('r1')!.row))]).toEqual([[false, true], [true, true]]);
});
