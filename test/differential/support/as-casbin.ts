import { newEnforcer, newModel } from 'casbin';
import { upwards, type SharedModel, type SharedQuestion } from './shared-model.js';

const DEPTH = 9;
const LEVELS = Array.from({ length: DEPTH }, (_, level) => `d${level}`);
/** Stands for every Group: where it does not matter at which one a Role was given. */
const ANYWHERE = 'anywhere';

const MODEL = `
[request_definition]
r = sub, act, owner, ${LEVELS.join(', ')}
[policy_definition]
p = role, act, scope, eft
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && ((p.scope == "space" && g(r.sub, p.role, "${ANYWHERE}")) || (p.scope == "self" && r.owner == r.sub && g(r.sub, p.role, "${ANYWHERE}"))
  || (p.scope == "group_tree" && (${LEVELS.map((level) => `g(r.sub, p.role, r.${level})`).join(' || ')})))`.replaceAll('\n  ||', ' ||');

/** Answers by casbin: a domain for each Group, asked for the Group of the resource and all above it. */
export async function asCasbin(model: SharedModel): Promise<(question: SharedQuestion) => boolean> {
  const enforcer = await newEnforcer(newModel(MODEL));
  enforcer.enableAutoSave(false);
  const domains = [...model.groups.keys(), ANYWHERE];
  const links = [
    ...model.assignments.flatMap(({ user, role, group }) => [[user, role, group], [user, role, ANYWHERE]]),
    ...model.inheritances.flatMap(([role, inherited]) => domains.map((domain) => [role, inherited, domain])),
  ];
  await enforcer.addPolicies(model.grants.map(({ role, action, scope, effect }) => [role, action, scope, effect]));
  await enforcer.addGroupingPolicies([...new Map(links.map((link) => [JSON.stringify(link), link])).values()]);
  return ({ user, action, resource: { group, owner } }) => {
    const above = upwards(model, group);
    return enforcer.enforceSync(user, action, owner, ...LEVELS.map((_, level) => above[level] ?? (above[0] as string)));
  };
}
