import type { ListPage, PageInput } from '../../../shared/services/index.js';
import { cutOf, MOST_COUNTED, pageOf, type Cut, type Placed } from '../lists/page-of.js';
import { accessChanges, type ChangesQuestion } from '../past/diff/access-changes.js';
import type { AccessChange } from '../past/diff/access-change.js';
import type { ViewPair } from '../past/diff/view-pair.js';
import { arrayPage } from './array-page.js';
import type { RecordedQuestions } from './recorded-questions.js';
import type { Flip, Replay } from './replay.js';
import type { ViolationFacts } from './separation-on-index.js';

/** How many would gain and lose. */
export interface SimulationCounts {
  readonly gained: number;
  readonly lost: number;
  readonly members: number;
}

/** What asking recorded decisions again would give. */
export class ReplayedDecisions {
  constructor(readonly span: { readonly since: Date; readonly until: Date }, private readonly read: RecordedQuestions, private readonly replay: Replay) {}

  get since(): Date {
    return this.span.since;
  }

  get until(): Date {
    return this.span.until;
  }

  get examined(): number {
    return this.read.questions.length;
  }

  get unreadable(): number {
    return this.read.unreadable;
  }

  get undecided(): number {
    return this.replay.undecided;
  }

  get flipped(): number {
    return this.replay.flips.length;
  }

  get isWhole(): boolean {
    return this.read.isWhole;
  }

  /** When the oldest decision that was looked at was recorded. */
  get oldest(): Date | null {
    return this.read.oldest?.occurredAt ?? null;
  }

  /** The oldest decision that was looked at. */
  get oldestAuditEventId(): string | null {
    return this.read.oldest?.auditEventId ?? null;
  }

  /** Decisions that would flip, the newest first. */
  flips(page: PageInput): ListPage<Flip> {
    const placeOf = ({ recorded: { occurredAt, auditEventId } }: Flip): [string, string] => [occurredAt.toISOString(), auditEventId];
    return arrayPage({ name: 'simulatedFlips', rows: this.replay.flips, placeOf, isDescending: true }, page);
  }
}

/** What proposed changes would do: counted to the end, shown page by page. */
export class Simulation {
  constructor(
    readonly revision: string,
    readonly auditEventId: string,
    readonly counts: SimulationCounts,
    private readonly pair: ViewPair,
    private readonly question: ChangesQuestion,
    private readonly broken: readonly ViolationFacts[],
    readonly decisions: ReplayedDecisions | undefined,
  ) {}

  get gained(): number {
    return this.counts.gained;
  }

  get lost(): number {
    return this.counts.lost;
  }

  get members(): number {
    return this.counts.members;
  }

  /** Who gains and who loses what, by Member. */
  async changes(page: PageInput): Promise<ListPage<AccessChange>> {
    const cut = cutOf('simulatedChanges', 2, page);
    const found: Placed<AccessChange>[] = [];
    for await (const change of this.from(cut)) if (found.push(change) > cut.limit) break;
    const total = this.gained + this.lost;
    return pageOf('simulatedChanges', cut, found, async () => (total > MOST_COUNTED ? null : total));
  }

  /** Rules of separation that Members would newly exceed. */
  violations(page: PageInput): ListPage<ViolationFacts> {
    return arrayPage({ name: 'simulatedViolations', rows: this.broken, placeOf: ({ ruleId, memberId }) => [ruleId, memberId] }, page);
  }

  private from(cut: Pick<Cut, 'backward' | 'position'>): AsyncIterable<Placed<AccessChange>> {
    return accessChanges(this.pair, this.question, cut);
  }
}
