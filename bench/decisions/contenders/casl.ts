import { createMongoAbility, subject, type MongoAbility, type RawRuleOf } from '@casl/ability';
import type { Contender } from '../contender.js';
import { parentOf, type Workload } from '../workload.js';

type Rule = RawRuleOf<MongoAbility>;

function rulesOf({ held, assignedRole, assignedScope }: Workload, user: number): Rule[] {
  const rules: Rule[] = [];
  for (let k = user * 8; k < user * 8 + 8; k += 1) {
    for (const p of held[assignedRole[k] as number] ?? []) {
      rules.push({ action: `act${p & 7}`, subject: `type${p >> 3}`, conditions: { scopes: `s${assignedScope[k]}` } });
    }
  }
  return rules;
}

function targets({ requests }: Workload): object[] {
  return requests.map(({ p, s }) => {
    const scopes: string[] = [];
    for (let scope = s; scope >= 0; scope = parentOf(scope)) scopes.push(`s${scope}`);
    return subject(`type${p >> 3}`, { scopes });
  });
}

/** One ability for each user of the requests, made beforehand; a resource carries its scopes. */
export const caslCached: Contender = {
  name: 'casl, ability cached',
  load: async (workload) => {
    const abilities = new Map<number, MongoAbility>();
    for (const { u } of workload.requests) if (!abilities.has(u)) abilities.set(u, createMongoAbility(rulesOf(workload, u)));
    const resources = targets(workload);
    const actions = workload.requests.map(({ p }) => `act${p & 7}`);
    return { check: (n) => abilities.get(workload.requests[n]?.u as number)?.can(actions[n] as string, resources[n] as never) === true };
  },
};

/** The ability of the user is made for each check from its rules. */
export const caslPerCheck: Contender = {
  name: 'casl, ability per check',
  load: async (workload) => {
    const rules = new Map<number, Rule[]>();
    for (const { u } of workload.requests) if (!rules.has(u)) rules.set(u, rulesOf(workload, u));
    const resources = targets(workload);
    const actions = workload.requests.map(({ p }) => `act${p & 7}`);
    return { check: (n) => createMongoAbility(rules.get(workload.requests[n]?.u as number) ?? []).can(actions[n] as string, resources[n] as never) };
  },
};
