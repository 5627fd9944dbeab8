import { isDeepStrictEqual } from 'node:util';
import { decide, DENY_REASONS, type CheckedCandidate, type Decision, type Facts } from '../engine/index.js';
import type { Ask } from '../services/ask.js';
import { completeFacts } from '../services/complete-facts.js';
import type { FactRow } from './fact-row.js';
import type { SpaceIndex } from './space-index.js';
import { BUILDERS, rowsOf } from './testing/build-index.js';
import { textOf } from './testing/fact-rows.js';
import { Random } from './testing/random.js';
import { randomQuestion, type RandomQuestion } from './testing/random-questions.js';
import { RandomWorld } from './testing/random-world.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEPS = 700;
const QUESTIONS = 5;

interface Answer {
  readonly decision: Decision;
  readonly candidates: readonly CheckedCandidate[];
}

const written = ({ grant, scopeCheck, conditionCheck }: CheckedCandidate): CheckedCandidate => ({ grant, scopeCheck, ...(conditionCheck === undefined ? {} : { conditionCheck }) });

function answerOf(make: (record?: (candidate: CheckedCandidate) => void) => Decision | undefined): Answer | undefined {
  const shown = (decision: Decision | undefined): Decision | undefined =>
    decision?.matched === undefined ? decision && { ...decision } : { ...decision, matched: written(decision.matched) };
  const plain = shown(make());
  const candidates: CheckedCandidate[] = [];
  const explained = shown(make((candidate) => candidates.push(written(candidate))));
  if (!isDeepStrictEqual(plain, explained)) throw new Error(`a recorder changes the answer: ${JSON.stringify({ plain, explained })}`);
  return plain && { decision: plain, candidates };
}

function factsOf(world: RandomWorld, asked: RandomQuestion): Facts {
  const ask: Ask = { ...asked, places: [], inline: asked.proposed === undefined ? {} : { resource: asked.proposed }, names: {}, path: [] };
  return completeFacts(ask, world.store.facts(asked));
}

/** One world and the indexes that follow it, each in its own way. */
class Followed {
  readonly world: RandomWorld;
  readonly seen = new Map<string, number>();
  private readonly indexes = new Map<string, Map<string, { index: SpaceIndex; readonly waiting: FactRow[] }>>();

  constructor(readonly seed: number, odd: boolean) {
    this.world = new RandomWorld(new Random(seed), { spaces: 2, mayRemoveAll: true, odd });
    this.world.begin();
    for (const spaceId of this.world.spaceIds) {
      this.indexes.set(spaceId, new Map(Object.keys(BUILDERS).map((name) => [name, { index: this.build(name, spaceId), waiting: [] }])));
    }
  }

  step(): void {
    const { random, spaceIds } = this.world;
    const rows = this.announced(this.world.change(random.chance(0.2) ? undefined : random.pick(spaceIds)));
    for (const [spaceId, ways] of this.indexes) {
      for (const [name, way] of ways) {
        way.waiting.push(...rows);
        if (random.chance(0.4)) continue;
        if (random.chance(0.02)) {
          way.index = this.build(name, spaceId);
          way.waiting.length = 0;
          continue;
        }
        this.take(way.index, way.waiting.splice(0));
        for (let count = 0; count < QUESTIONS; count += 1) this.compare(name, way.index, randomQuestion(this.world, spaceId));
      }
    }
  }

  // Of one transaction the feed has the last version of each fact, in no order.
  private announced(rows: readonly FactRow[]): FactRow[] {
    const { random } = this.world;
    const last = [...new Map(rows.map((row) => [JSON.stringify([row.kind, row.id]), row])).values()];
    return last.map((row) => ({ row, at: random.next() })).sort((one, other) => one.at - other.at).map(({ row }) => row);
  }

  private build(name: string, spaceId: string): SpaceIndex {
    return BUILDERS[name as keyof typeof BUILDERS](this.world.store.all(), spaceId);
  }

  private take(index: SpaceIndex, rows: readonly FactRow[]): void {
    const permissions = index.registry.apply(rows);
    index.apply(rowsOf(rows, index.spaceId));
    index.permissionsChanged(permissions);
    // Of a User that was never bound here only the database knows.
    for (const id of index.actors.unknownUsers) index.actors.setUser(id, textOf(this.world.store.get('user', id), 'status', 'missing'));
  }

  private compare(name: string, index: SpaceIndex, asked: RandomQuestion): void {
    const { question, now, targetGroup } = asked;
    // A Group of another Space is not in the index: nobody asks it then.
    if (targetGroup !== undefined && targetGroup.spaceId !== index.spaceId) return;
    const facts = factsOf(this.world, asked);
    const expected = answerOf((record) => decide(question, facts, now, record)) as Answer;
    const target = { resource: facts.resource, isInline: facts.isTargetInline };
    const found = answerOf((record) => index.decide(question, target, now, record));
    const code = expected.decision.denyCode ?? 'ALLOW';
    const about = (): string => JSON.stringify({ seed: this.seed, way: name, version: this.world.store.version, asked, expected, found });
    if (found === undefined ? index.knows(question.actor) || code === 'ALLOW' : !isDeepStrictEqual(found, expected)) throw new Error(`different: ${about()}`);
    if (found === undefined) return;
    this.seen.set(code, (this.seen.get(code) ?? 0) + 1);
    if (!index.knows(question.actor)) throw new Error(`answers about one that it does not know: ${about()}`);
    const { grants: _, group, ...held } = index.facts(question, target);
    const { grants: __, group: expectedGroup, ...inStore } = facts;
    const isSame = isDeepStrictEqual({ ...held, revision: undefined }, { ...inStore, revision: undefined }) && (asked.mode !== 'stored' || isDeepStrictEqual(group, expectedGroup));
    if (!isSame) throw new Error(`different facts: ${JSON.stringify({ about: about(), held, inStore, group, expectedGroup })}`);
  }
}

test('an index answers as the engine does over the facts, however it was built and whatever has changed', () => {
  const seen = new Map<string, number>();
  for (const seed of SEEDS) {
    const followed = new Followed(seed, seed % 2 === 0);
    for (let step = 0; step < STEPS; step += 1) followed.step();
    for (const [code, count] of followed.seen) seen.set(code, (seen.get(code) ?? 0) + count);
  }
  const { ACTOR_NOT_FOUND: _, EVALUATORS_DISAGREE: __, ...reasons } = DENY_REASONS;
  for (const code of Object.keys(reasons)) expect([code, (seen.get(code) ?? 0) > 50]).toEqual([code, true]);
  expect(seen.get('ALLOW')).toBeGreaterThan(1_000);
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50_000);
}, 120_000);
