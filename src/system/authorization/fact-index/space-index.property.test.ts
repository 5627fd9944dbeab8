import { isDeepStrictEqual } from 'node:util';
import { decide, type CheckedCandidate, type Decision, type Facts } from '../engine/index.js';
import type { Ask } from '../services/ask.js';
import { completeFacts } from '../services/complete-facts.js';
import type { FactRow } from './fact-row.js';
import type { SpaceIndex } from './space-index.js';
import { BUILDERS, rowsOf } from './testing/build-index.js';
import { Random } from './testing/random.js';
import { randomQuestion, type RandomQuestion } from './testing/random-questions.js';
import { RandomWorld } from './testing/random-world.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEPS = 450;
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
  readonly unknown = new Map<string, number>();
  private readonly indexes = new Map<string, Map<string, { index: SpaceIndex; readonly waiting: FactRow[] }>>();

  constructor(readonly seed: number, odd: boolean) {
    this.world = new RandomWorld(new Random(seed), { spaces: 2, instanceRemovals: true, odd });
    this.world.begin();
    for (const spaceId of this.world.spaceIds) {
      this.indexes.set(spaceId, new Map(Object.keys(BUILDERS).map((name) => [name, { index: this.build(name, spaceId), waiting: [] }])));
    }
  }

  step(): void {
    const { random, spaceIds } = this.world;
    const rows = this.world.change(random.chance(0.2) ? undefined : random.pick(spaceIds));
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

  private build(name: string, spaceId: string): SpaceIndex {
    return BUILDERS[name as keyof typeof BUILDERS](this.world.store.all(), spaceId);
  }

  private take(index: SpaceIndex, rows: readonly FactRow[]): void {
    const permissions = index.registry.apply(rows);
    index.apply(rowsOf(rows, index.spaceId));
    index.permissionsChanged(permissions);
    // Of a User that was never bound here only the database knows.
    for (const id of index.actors.unknownUsers) index.actors.setUser(id, String(this.world.store.get('user', id)?.['status'] ?? 'missing'));
  }

  private compare(name: string, index: SpaceIndex, asked: RandomQuestion): void {
    const { question, now } = asked;
    const facts = factsOf(this.world, asked);
    const expected = answerOf((record) => decide(question, facts, now, record)) as Answer;
    const target = { resource: facts.resource, isInline: facts.isTargetInline };
    const found = answerOf((record) => index.decide(question, target, now, record));
    const code = expected.decision.denyCode ?? 'ALLOW';
    const count = found === undefined ? this.unknown : this.seen;
    count.set(code, (count.get(code) ?? 0) + 1);
    const about = (): string => JSON.stringify({ seed: this.seed, way: name, version: this.world.store.version, asked, expected, found });
    if (found === undefined ? index.knows(question.actor) || code === 'ALLOW' : !isDeepStrictEqual(found, expected)) throw new Error(`different: ${about()}`);
    if (found === undefined) return;
    if (!index.knows(question.actor)) throw new Error(`answers about one that it does not know: ${about()}`);
    const { grants: _, group, ...held } = index.facts(question, target);
    const { grants: __, group: expectedGroup, ...inStore } = facts;
    const isSame = isDeepStrictEqual({ ...held, revision: undefined }, { ...inStore, revision: undefined }) && (asked.mode !== 'stored' || isDeepStrictEqual(group, expectedGroup));
    if (!isSame) throw new Error(`different facts: ${JSON.stringify({ about: about(), held, inStore, group, expectedGroup })}`);
  }
}

test('an index answers as the engine does over the facts, however it was built and whatever has changed', () => {
  const seen = new Map<string, number>();
  const unknown = new Map<string, number>();
  for (const seed of SEEDS) {
    const followed = new Followed(seed, seed % 2 === 0);
    for (let step = 0; step < STEPS; step += 1) followed.step();
    for (const [from, to] of [[followed.seen, seen], [followed.unknown, unknown]] as const) for (const [code, count] of from) to.set(code, (to.get(code) ?? 0) + count);
  }
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`decisions compared: ${total} ${JSON.stringify([...seen])} ${JSON.stringify([...unknown])}\n`);
  expect(total).toBeGreaterThan(50_000);
});
