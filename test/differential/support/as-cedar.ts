import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { ACTIONS, type SharedModel, type SharedQuestion } from './shared-model.js';

type Uid = { readonly type: string; readonly id: string };
type Entity = { readonly uid: Uid; readonly attrs: Record<string, unknown>; readonly parents: readonly Uid[] };

const SCOPES = ['group_tree', 'space', 'self'] as const;
/** Name of the parsed policies; those of the next model take its place. */
const NAME = 'model';
const EFFECTS = ['allow', 'deny'] as const;

/** Answers by Cedar: a policy for each assignment, scope and effect, over groups of actions that stand for what Roles have. */
export function asCedar(model: SharedModel): (question: SharedQuestion) => boolean {
  const entities = [...actionEntities(model), ...placeEntities(model)];
  const parsed = preparsePolicySet(NAME, { staticPolicies: policiesOf(model) });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  return ({ user, action, resource }) => {
    const answer = statefulIsAuthorized({
      principal: { type: 'User', id: user }, action: { type: 'Action', id: action }, resource: { type: 'Doc', id: resource.id }, context: {},
      preparsedPolicySetId: NAME, preparsedSchemaName: null, validateRequest: false, entities,
    } as never);
    if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0) throw new Error(JSON.stringify(answer));
    return answer.response.decision === 'allow';
  };
}

function policiesOf({ assignments }: SharedModel): Record<string, string> {
  const policies: Record<string, string> = {};
  for (const [number, { user, role, group }] of assignments.entries()) {
    for (const scope of SCOPES) {
      for (const effect of EFFECTS) {
        const place = scope === 'group_tree' ? `resource in Group::"${group}"` : 'resource';
        const when = scope === 'self' ? ' when { resource.owner == principal }' : '';
        policies[`a${number}_${scope}_${effect}`] =
          `${effect === 'allow' ? 'permit' : 'forbid'}(principal == User::"${user}", action in Action::"${role}_${scope}_${effect}", ${place})${when};`;
      }
    }
  }
  return policies;
}

// An action is in the group of each Role that has it; the group of an inherited Role is in that of its heir.
function actionEntities({ roles, inheritances, grants }: SharedModel): Entity[] {
  const action = (id: string): Uid => ({ type: 'Action', id });
  const groups = roles.flatMap((role) => SCOPES.flatMap((scope) => EFFECTS.map((effect) => ({
    uid: action(`${role}_${scope}_${effect}`), attrs: {},
    parents: inheritances.filter(([, inherited]) => inherited === role).map(([heir]) => action(`${heir}_${scope}_${effect}`)),
  }))));
  const actions = ACTIONS.map((id) => ({
    uid: action(id), attrs: {}, parents: grants.filter((grant) => grant.action === id).map(({ role, scope, effect }) => action(`${role}_${scope}_${effect}`)),
  }));
  return [...groups, ...actions];
}

function placeEntities({ users, groups, resources }: SharedModel): Entity[] {
  const group = (id: string): Uid => ({ type: 'Group', id });
  return [
    ...users.map((id) => ({ uid: { type: 'User', id }, attrs: {}, parents: [] })),
    ...[...groups].map(([id, parent]) => ({ uid: group(id), attrs: {}, parents: parent === undefined ? [] : [group(parent)] })),
    ...resources.map(({ id, group: place, owner }) => ({ uid: { type: 'Doc', id }, attrs: { owner: { __entity: { type: 'User', id: owner } } }, parents: [group(place)] })),
  ];
}
