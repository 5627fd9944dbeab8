import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { openFactMemory, type FactMemory } from '../../../src/system/authorization/fact-index/testing/fact-memory.js';
import type { FactRow } from '../../../src/system/authorization/fact-index/fact-row.js';
import { FactWriter } from '../../../src/system/authorization/fact-index/testing/fact-writer.js';
import { CLOCK } from '../../../src/system/authorization/fact-index/testing/random-conditions.js';
import { Random } from '../../../src/system/authorization/fact-index/testing/random.js';
import { randomQuestion, type RandomQuestion } from '../../../src/system/authorization/fact-index/testing/random-questions.js';
import { RandomWorld } from '../../../src/system/authorization/fact-index/testing/random-world.js';
import type { FactRevision } from '../../../src/system/authorization/engine/index.js';
import type { Ask } from '../../../src/system/authorization/services/ask.js';
import type { DecidedQuestion } from '../../../src/system/authorization/services/decision-record.js';
import type { FactRequest, FactSource } from '../../../src/system/authorization/services/fact-source.js';
import { settle } from '../../../src/system/authorization/services/settle.js';
import { createTestDatabase } from '../../support/database.js';
import { Journal } from './journal.js';
import { oracle, type OracleQuestion } from './oracle.js';

/** Questions of one call, as many as one call may have, and calls whose answers are compared together. */
const CALL = 1_000;
const CALLS = 4;
const [MUCH, LITTLE] = [64 * 1024 ** 2, 100_000];
const CHANGES_BEFORE = 400;
/** Longest pause of a writer between two transactions. */
const WRITER_PAUSE_MS = 30;

const LATEST_NEWS_MS = 40;

/** What was compared. */
export interface EraCounts {
  checks: number;
  fromMemory: number;
  /** Compared with the tables as they are, beside their versions. */
  live: number;
  /** About something of another Space. */
  foreign: number;
  changes: number;
  readonly codes: Map<string, number>;
}

/** One world on a database of its own, with writers that change it all the time and two nodes that answer. */
export class DifferentialEra {
  readonly counts: EraCounts = { checks: 0, fromMemory: 0, live: 0, foreign: 0, changes: 0, codes: new Map() };
  private readonly random: Random;
  private readonly world: RandomWorld;
  private readonly journal = new Journal();
  private asked = 0;
  /** Transactions under way, and looks that want none. */
  private writing = 0;
  private resting = 0;
  private isOver = false;

  constructor(readonly seed: number) {
    this.random = new Random(seed ^ 0x5eed);
    this.world = new RandomWorld(new Random(seed), { spaces: 4 });
  }

  /** Compares so many checks. */
  async run(checks: number): Promise<EraCounts> {
    const store = await createTestDatabase();
    const writers = await Promise.all([0, 1, 2].map(() => FactWriter.open(store.ownerUrl)));
    const [instance, one, other] = writers as [FactWriter, FactWriter, FactWriter];
    this.journal.add(await instance.write(this.firstRows()));
    // The second node has room for few Spaces, so that it reads them again and again.
    const nodes = await Promise.all([MUCH, LITTLE].map((mostBytes) => openFactMemory(store.appUrl, mostBytes, () => 0)));
    // What a node hears, it hears late: its memory is behind the database nearly all the time.
    for (const { hooks } of nodes) hooks.beforeLook = () => sleep(this.random.below(LATEST_NEWS_MS));
    try {
      const [a, b, c, d] = this.world.spaceIds as [string, string, string, string];
      const changing = Promise.all([this.keepChanging(instance, [undefined]), this.keepChanging(one, [a, b]), this.keepChanging(other, [c, d])]);
      await Promise.race([Promise.all(nodes.map((node) => this.compareAll(node, checks))), changing]);
      this.isOver = true;
      await changing;
      for (const { errors } of nodes) if (errors.length > 0) throw new AggregateError(errors, 'a node could not read');
      return this.counts;
    } finally {
      this.isOver = true;
      for (const node of nodes) await node.close();
      for (const writer of writers) await writer.close();
      await store.drop();
    }
  }

  // A world that has had a life: not everything in it is active.
  private firstRows(): FactRow[] {
    this.world.begin();
    for (let change = 0; change < CHANGES_BEFORE; change += 1) this.world.change(this.random.pick([undefined, ...this.world.spaceIds]));
    const depth = ({ body }: FactRow): number => (typeof body['depth'] === 'number' ? body['depth'] : 0);
    const rows = this.world.store.all();
    return [...Map.groupBy(rows, ({ kind }) => kind).values()].flatMap((kind) => kind.toSorted((left, right) => depth(left) - depth(right)));
  }

  private async keepChanging(writer: FactWriter, spaces: readonly (string | undefined)[]): Promise<void> {
    while (!this.isOver) {
      if (this.resting > 0) {
        await sleep(1);
        continue;
      }
      const rows = this.world.change(spaces[this.random.below(spaces.length)]);
      if (rows.length > 0) {
        this.writing += 1;
        this.journal.add(await writer.write(rows));
        this.writing -= 1;
        this.counts.changes += 1;
      }
      await sleep(this.random.below(WRITER_PAUSE_MS));
    }
  }

  private async compareAll(node: FactMemory, checks: number): Promise<void> {
    while (this.asked < checks) {
      const number = Math.min(CALL * CALLS, checks - this.asked);
      this.asked += number;
      if (this.random.chance(0.1)) node.indexes.drop(this.random.pick(this.world.spaceIds) as string);
      if (this.random.chance(0.3)) {
        node.resources.stop();
        node.resources.start();
      }
      await this.compareSome(node, number);
    }
  }

  private async compareSome(node: FactMemory, number: number): Promise<void> {
    const now = CLOCK + this.random.below(5) - 2;
    const options = { isExplained: this.random.chance(0.3) };
    // The tables are of the revision of the answers only when nothing changes between the two.
    const isAtRest = this.random.chance(0.2);
    if (isAtRest) await this.rest(node);
    const asked: RandomQuestion[] = [];
    const asks: Ask[] = [];
    const inMemory: DecidedQuestion[] = [];
    while (asks.length < number) {
      const more = Array.from({ length: Math.min(CALL, number - asks.length) }, () => ({ ...randomQuestion(this.world, this.random.pick(this.world.spaceIds) as string), now }));
      const call = more.map((each) => this.askOf(each));
      inMemory.push(...(await settle(this.counted(node), call, now, options)));
      asked.push(...more);
      asks.push(...call);
    }
    const live = isAtRest ? await settle(node.now, asks, now, options) : [];
    if (isAtRest) this.resting -= 1;
    for (const { question: { actor: { spaceId } }, facts: { revision } } of inMemory) await this.journal.reach(spaceId, revision.space, revision.instance);
    const revisions = new Map(asks.map((ask, at) => [ask as FactRequest, (inMemory[at] as DecidedQuestion).facts.revision]));
    const moment = Date.now() + 60_000;
    const past: FactSource = { load: (requests) => node.past.load(requests.map((request) => ({ ...request, moment, revision: revisions.get(request) as FactRevision }))) };
    const inVersions = await settle(past, asks, now, options);
    for (const [at, decided] of inMemory.entries()) {
      this.compare(asked[at] as RandomQuestion, asks[at] as Ask, { decided, inVersions: inVersions[at] as DecidedQuestion, live: live[at] });
    }
    this.counts.checks += number;
  }

  private async rest(node: FactMemory): Promise<void> {
    this.resting += 1;
    while (this.writing > 0) await sleep(1);
    await node.feed.catchUp();
  }

  private askOf(asked: RandomQuestion): Ask {
    const { question, mode, targetGroup, proposed } = asked;
    const { spaceId } = question.actor;
    return {
      question, mode, places: [], names: {}, path: [], inline: proposed === undefined ? {} : { resource: proposed }, ...(targetGroup === undefined ? {} : { targetGroup }),
      ...(this.random.chance(0.02) ? { atLeast: this.journal.newest(spaceId) } : {}),
    };
  }

  private counted({ facts }: FactMemory): FactSource {
    return {
      load: async (requests, now) => {
        const loaded = await facts.load(requests, now);
        for (const { held } of loaded) if (held !== undefined) this.counts.fromMemory += 1;
        return loaded;
      },
    };
  }

  private compare(asked: RandomQuestion, ask: Ask, answers: { readonly decided: DecidedQuestion; readonly inVersions: DecidedQuestion; readonly live: DecidedQuestion | undefined }): void {
    const { decided, inVersions, live } = answers;
    const { revision } = decided.facts;
    const { actor } = asked.question;
    const fail = (what: string, found: unknown, expected: unknown): never => {
      throw new Error(`${what} differ: ${JSON.stringify({ seed: this.seed, revision, asked, found, expected }, undefined, 1)}`);
    };
    if (ask.atLeast !== undefined && (revision.space < ask.atLeast.space || revision.instance < ask.atLeast.instance)) fail('revision and atLeast', revision, ask.atLeast);
    const answer = oracle(this.journal.view(actor.spaceId, revision.space, revision.instance), oracleQuestion(asked));
    const code = codeOf(decided);
    if (this.isForeign(asked)) {
      this.counts.foreign += 1;
      if ([code, codeOf(inVersions), answer.code].includes('ALLOW')) fail('answers about another Space', [code, codeOf(inVersions)], answer);
      return;
    }
    this.counts.codes.set(code, (this.counts.codes.get(code) ?? 0) + 1);
    if (!isDeepStrictEqual(shown(decided), shown(inVersions))) fail('memory and versions', shown(decided), shown(inVersions));
    if (live !== undefined && isDeepStrictEqual(live.facts.revision, revision)) {
      this.counts.live += 1;
      if (!isDeepStrictEqual(shown(decided), shown(live))) fail('memory and tables', shown(decided), shown(live));
    }
    const { grant } = decided.decision.matched ?? {};
    const by = grant === undefined ? undefined : [grant.memberRole.id, grant.rolePermission.id, grant.inherited.map(({ id }) => id)];
    if (answer.code !== code || !isDeepStrictEqual(answer.by, by)) fail('memory and rules', { code, by }, answer);
  }

  // Objects of other Spaces have revisions of their own: all that can be said is that nothing is allowed.
  private isForeign({ question: { actor, resourceId }, mode, proposed }: RandomQuestion): boolean {
    const isElsewhere = (kind: string, id: string): boolean => this.journal.isElsewhere(kind, id, actor.spaceId);
    return isElsewhere('member', actor.memberId) || isElsewhere('user_member', actor.userMemberId) || (mode === 'stored' ? isElsewhere('resource', resourceId) : proposed?.spaceId !== actor.spaceId);
  }
}

function codeOf({ decision: { decision, denyCode } }: DecidedQuestion): string {
  return denyCode ?? decision;
}

function shown({ decision, candidates, conditions }: DecidedQuestion): unknown {
  return { decision: { ...decision }, candidates, conditions };
}

function oracleQuestion({ question, proposed, targetGroup, now }: RandomQuestion): OracleQuestion {
  const { actor, resourceType, action, resourceId, input } = question;
  const { userId, memberId, userMemberId, spaceId, isMachine } = actor;
  return {
    userId, memberId, userMemberId, spaceId, isMachine: isMachine === true, resourceType, action, resourceId, context: input?.context ?? {}, now,
    proposed: proposed && {
      resource_type: resourceType, space_id: proposed.spaceId, status: proposed.status, owner_member_id: proposed.ownerMemberId, metadata: proposed.metadata,
      group_id: targetGroup?.id, group_path: targetGroup?.path,
    },
  };
}
