import fc from 'fast-check';
import { MODEL_IDS } from '../ids.js';
import { askActions, askActors, askResources } from '../policy-tests/ask-lists.js';
import { randomModel } from '../testing/random-model.js';
import { EvaluatorsDiffer, PolicyWorld } from './policy-world.js';

const NOW = 2e12;

test('index and engine agree about every question over a model, and lists agree with both', () => {
  const seen = new Map<string, number>();
  fc.assert(fc.property(randomModel, (model) => {
    const world = new PolicyWorld(model);
    const pairs = [...model.types.values()].flatMap(({ key, actions }) => [...actions.keys()].map((action) => ({ type: key, action })));
    const actors = [...model.members.values()].flatMap(({ key, bindings }) => [
      { userId: '', memberId: MODEL_IDS.member(key), userMemberId: '', spaceId: world.spaceId, isMachine: true as const },
      ...[...bindings.values()].map((binding) => ({ userId: MODEL_IDS.user(binding.user.name), memberId: MODEL_IDS.member(key), userMemberId: MODEL_IDS.binding(binding.key), spaceId: world.spaceId })),
    ]);
    for (const actor of actors) {
      for (const { type, action } of [...pairs, { type: 'nowhere', action: 'gone' }]) {
        for (const resource of world.resources.values()) {
          if (type !== resource.resourceType && action !== 'gone') continue;
          const question = { actor, resourceType: type, resourceId: resource.id, action };
          for (const isInline of [false, true]) {
            const { decision } = world.ask(question, { resource, isInline }, NOW);
            const code = decision.denyCode ?? 'ALLOW';
            seen.set(code, (seen.get(code) ?? 0) + 1);
          }
          askActions(world, question, { resource, isInline: false }, NOW);
          for (const kind of ['bindings', 'services'] as const) askActors(world, question, { resource, isInline: false }, kind, NOW);
        }
        askResources(world, { actor, resourceType: type, resourceId: 'res_any', action }, NOW);
      }
    }
  }), { numRuns: 200 });
  process.stdout.write(`questions about models: ${JSON.stringify([...seen])}\n`);
  expect(seen.size).toBeGreaterThan(8);
  expect(seen.get('ALLOW')).toBeGreaterThan(0);
});

test('an index that is wrong is found out', () => {
  const at = { file: 'f', line: 1, column: 1 };
  const world = new PolicyWorld({
    types: new Map([['note', { at, key: 'note', name: 'note', status: 'active', owner: 'app', mapping: { at, storage: 'internal_table', status: 'active' }, actions: new Map([['read', { at, key: 'read', name: 'read', risk: 'normal', audit: true, status: 'active' }]]) }]]),
    permissions: new Map([['read', { at, key: 'read', type: 'note', action: 'read', scope: 'space', effect: 'allow', status: 'active', unregistered: false }]]),
    roles: new Map([['reader', { at, key: 'reader', name: 'reader', requestable: false, status: 'active', permissions: [{ name: 'read', at }], inherits: [] }]]),
    separation: [], groups: new Map(), users: new Map([['ada', { at, key: 'ada', status: 'active' }]]),
    members: new Map([['ada', { at, key: 'ada', name: 'Ada', memberType: 'human', status: 'active', bindings: new Map([['ada', { at, key: 'ada', user: { name: 'ada', at }, relation: 'login', primary: false, status: 'active' }]]) }]]),
    assignments: [{ at, member: { name: 'ada', at }, role: { name: 'reader', at } }],
    resources: new Map([['note-1', { at, key: 'note-1', type: { name: 'note', at }, visibility: 'private', status: 'active' }]]),
  });
  const question = { actor: { userId: 'user_ada', memberId: 'member_ada', userMemberId: 'um_ada', spaceId: world.spaceId }, resourceType: 'note', resourceId: 'note-1', action: 'read' };
  const target = { resource: world.resources.get('note-1'), isInline: false };
  expect(world.ask(question, target, NOW).decision.decision).toBe('ALLOW');
  world.index.actors.setUser('user_ada', 'disabled');
  expect(() => world.ask(question, target, NOW)).toThrow(EvaluatorsDiffer);
  expect(() => askActors(world, question, target, 'bindings', NOW)).toThrow(EvaluatorsDiffer);
  expect(() => askActions(world, question, target, NOW)).toThrow(EvaluatorsDiffer);
  expect(() => askResources(world, question, NOW)).toThrow(EvaluatorsDiffer);
});
