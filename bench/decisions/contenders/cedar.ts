import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Contender } from '../contender.js';
import { parentOf, type Workload } from '../workload.js';

const MOST_USERS = 1_000;

/** The policies of one user as a set of its own, parsed beforehand; entities are the ancestors of the scope. */
export const cedarSliced: Contender = {
  name: 'cedar-wasm, sliced',
  load: async (workload) => {
    const users = new Set(workload.requests.map(({ u }) => u).slice(0, MOST_USERS));
    for (const user of users) preparsePolicySet(`u${user}`, { staticPolicies: policiesOf(workload, user) });
    const only = workload.requests.flatMap(({ u }, n) => (users.has(u) ? [n] : []));
    const calls = new Map(only.map((n) => [n, callOf(workload, n)]));
    return {
      only,
      check: (n) => {
        const answer = statefulIsAuthorized(calls.get(n) as never);
        return answer.type === 'success' && answer.response.decision === 'allow';
      },
    };
  },
};

function policiesOf({ held, assignedRole, assignedScope }: Workload, user: number): Record<string, string> {
  const policies: Record<string, string> = {};
  for (let k = user * 8; k < user * 8 + 8; k += 1) {
    const actions = (held[assignedRole[k] as number] ?? []).map((p) => `Action::"p${p}"`).join(', ');
    policies[`a${k}`] = `permit(principal == User::"u${user}", action in [${actions}], resource in Scope::"s${assignedScope[k]}");`;
  }
  return policies;
}

function callOf({ requests }: Workload, n: number): object {
  const { u, p, s } = requests[n] as { u: number; p: number; s: number };
  const scope = (id: number): object => ({ type: 'Scope', id: `s${id}` });
  const entities: object[] = [{ uid: { type: 'User', id: `u${u}` }, attrs: {}, parents: [] }, { uid: { type: 'Doc', id: 'd' }, attrs: {}, parents: [scope(s)] }];
  for (let at = s; at >= 0; at = parentOf(at)) entities.push({ uid: scope(at), attrs: {}, parents: parentOf(at) < 0 ? [] : [scope(parentOf(at))] });
  return {
    principal: { type: 'User', id: `u${u}` }, action: { type: 'Action', id: `p${p}` }, resource: { type: 'Doc', id: 'd' }, context: {}, entities,
    preparsedPolicySetId: `u${u}`, preparsedSchemaName: null, validateRequest: false,
  };
}
