import { asCasbin } from './support/as-casbin.js';
import { asCedar } from './support/as-cedar.js';
import { asPolity } from './support/as-polity.js';
import { questionsOf, randomModel } from './support/shared-model.js';

const MODELS = 40;

test('casbin and Cedar give the same answers about models that they can say too', async () => {
  const seen = { allowed: 0, denied: 0, forbidden: 0 };
  for (let seed = 1; seed <= MODELS; seed += 1) {
    const model = randomModel(seed);
    const withoutDenials = asPolity({ ...model, grants: model.grants.filter(({ effect }) => effect === 'allow') });
    const { fromIndex, fromFacts } = asPolity(model);
    const [casbin, cedar] = [await asCasbin(model), asCedar(model)];
    for (const question of questionsOf(model)) {
      const [ours, ...theirs] = [fromIndex(question), fromFacts(question), casbin(question), cedar(question)];
      expect({ seed, question, answers: theirs }).toEqual({ seed, question, answers: [ours, ours, ours] });
      seen[ours ? 'allowed' : 'denied'] += 1;
      if (!ours && withoutDenials.fromFacts(question)) seen.forbidden += 1;
    }
  }
  expect(seen.allowed + seen.denied).toBe(MODELS * 5 * 3 * 7);
  expect(Math.min(seen.allowed, seen.denied, seen.forbidden)).toBeGreaterThan(50);
}, 120_000);
