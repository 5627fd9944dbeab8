import type { RulesPlace, SpaceRules } from './rules-in-force.js';

type Fact = Readonly<Record<string, unknown>>;

/** Takes the rules of a place out of an export of its Space: the lines of `polity facts export`. Lines of other kinds are passed over. */
export function rulesOfFacts(lines: Iterable<string>, { resourceType, action }: RulesPlace): SpaceRules {
  const facts = [...lines].filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Fact);
  const active = (kind: string): Fact[] => facts.filter((fact) => fact['kind'] === kind && (fact['status'] ?? 'active') === 'active');
  const text = (fact: Fact, field: string): string => String(fact[field]);
  return {
    permissions: active('permission').filter((fact) => fact['resourceType'] === resourceType && fact['action'] === action)
      .map((fact) => ({ id: text(fact, 'id'), scope: text(fact, 'scope'), effect: text({ effect: 'allow', ...fact }, 'effect'), condition: (fact['condition'] as string | undefined) ?? null })),
    roles: active('role').map((fact) => ({ id: text(fact, 'id'), key: text(fact, 'key') })),
    rolePermissions: active('role_permission').map((fact) => ({ id: text(fact, 'id'), roleId: text(fact, 'roleId'), permissionId: text(fact, 'permissionId') })),
    roleInheritances: active('role_inheritance').map((fact) => ({ id: text(fact, 'id'), roleId: text(fact, 'roleId'), inheritedRoleId: text(fact, 'inheritedRoleId') })),
  };
}
