import type { FactChange } from '../../../../persistence/index.js';

/** Facts that are remembered as changed; with more of them everything older counts as changed. */
const MOST_CHANGED = 50_000;

/**
 * Says whether what was read at some moment still stands, by the facts it was read from. Ids are unique over the instance, and names
 * stand beside them: that a name is also an id costs a reading more, never a wrong answer.
 */
export class ChangeClock {
  private turn = 0;
  /** What was read before this turn is not known to stand. */
  private floor = 0;
  private readonly changedAt = new Map<string, number>();

  /** The moment now: take it before a reading begins. */
  get now(): number {
    return this.turn;
  }

  /** True while none of the facts changed since the moment. */
  isUnchanged(since: number, facts: readonly string[]): boolean {
    if (since === this.turn) return true;
    if (since < this.floor) return false;
    for (const fact of facts) {
      const changed = this.changedAt.get(fact);
      if (changed !== undefined && changed > since) return false;
    }
    return true;
  }

  /** Takes changes in; `undefined` stands for too many to tell. */
  advance(changes: readonly FactChange[] | undefined): void {
    const changed = changes?.flatMap(factsOf);
    if (changed?.length === 0) return;
    this.turn++;
    if (changed === undefined || this.changedAt.size + changed.length > MOST_CHANGED) {
      this.changedAt.clear();
      this.floor = this.turn;
      return;
    }
    for (const fact of changed) this.changedAt.set(fact, this.turn);
  }
}

/** Fact that changes with every Member of a Space: a name that nobody had may have been given. */
export function membersOf(spaceId: string): string {
  return `members of ${spaceId}`;
}

function factsOf({ kind, id, spaceId, body }: FactChange): string[] {
  switch (kind) {
    case 'member': return [id, membersOf(spaceId)];
    case 'user':
    case 'space': return [id];
    case 'user_member': return [body['user_id'], body['member_id']].filter((fact) => typeof fact === 'string');
    // Under a name that is its id or its external id another one may have been found before.
    case 'resource': return [id, ...(typeof body['external_id'] === 'string' ? [body['external_id']] : [])];
    default: return [];
  }
}
