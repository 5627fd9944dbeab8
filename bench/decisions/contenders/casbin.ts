import { newEnforcer, newModel, type Enforcer } from 'casbin';
import type { Contender } from '../contender.js';
import { parentOf, type Workload } from '../workload.js';

const DEPTH = 6;
const PARTS = Array.from({ length: DEPTH }, (_, level) => `d${level}`);
const MODEL = `
[request_definition]
r = sub, obj, act, ${PARTS.join(', ')}
[policy_definition]
p = role, obj, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && (${PARTS.map((part) => `g(r.sub, p.role, r.${part})`).join(' || ')})`;

async function enforcerOf({ users, held, assignedRole, assignedScope }: Workload): Promise<Enforcer> {
  const enforcer = await newEnforcer(newModel(MODEL));
  enforcer.enableAutoSave(false);
  await enforcer.addPolicies(held.flatMap((permissions, role) => permissions.map((p) => [`r${role}`, `type${p >> 3}`, `act${p & 7}`])));
  for (let from = 0; from < users * 8; from += 50_000) {
    const links: string[][] = [];
    for (let k = from; k < Math.min(from + 50_000, users * 8); k += 1) links.push([`u${k >> 3}`, `r${assignedRole[k]}`, `s${assignedScope[k]}`]);
    await enforcer.addGroupingPolicies(unique(links));
  }
  return enforcer;
}

function unique(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join('\n'), row])).values()];
}

/** One enforcer; the matcher compares the cheap parts first and asks for all ancestors of the scope in one scan. */
export const casbin: Contender = {
  name: 'casbin',
  load: async (workload) => {
    const enforcer = await enforcerOf(workload);
    const questions = workload.requests.map(({ u, p, s }) => {
      const above: string[] = [];
      for (let scope = s; scope >= 0; scope = parentOf(scope)) above.push(`s${scope}`);
      return [`u${u}`, `type${p >> 3}`, `act${p & 7}`, ...PARTS.map((_, level) => above[level] ?? above[0] as string)];
    });
    return { check: (n) => enforcer.enforceSync(...(questions[n] as string[])) };
  },
};
