import type { PreparingExecutor } from '../../../../persistence/index.js';
import type { QuestionActor } from '../../engine/index.js';
import { membersOf, type ChangeClock } from './change-clock.js';
import type { FeedSilence } from './feed-silence.js';
import { NameMemory, type NameReading } from './name-memory.js';
import { keyOfSubject, type SubjectKind } from './subject-kinds.js';
import { SUBJECT_STATEMENTS, type SubjectRow } from './subject-sql.js';

/** A subject by name. */
export interface SubjectName {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** Who acts under a name. */
export interface FoundSubject {
  /** Ids that stand for nothing are empty: the decision is then that the actor was not found. */
  readonly actor: QuestionActor;
  readonly isKnown: boolean;
}

/** What the directories run on. */
export interface DirectoryParts {
  readonly database: PreparingExecutor;
  readonly clock: ChangeClock;
  /** While the feed is silent nothing that is remembered is believed. */
  readonly silence: FeedSilence;
  /** Most names to remember. */
  readonly most: number;
}

/**
 * Finds who acts under the name of a subject. A `user` acts by its first usable binding in the Space; a `member` by its first usable
 * binding, or by itself when it is a service Member without one; a `service` is a service Member and always acts by itself.
 */
export class SubjectDirectory {
  private readonly memory: NameMemory<FoundSubject>;

  constructor(private readonly parts: DirectoryParts) {
    this.memory = new NameMemory(parts.clock, parts.most);
  }

  /**
   * Gives who acts, in the order of the names.
   *
   * @param isFresh - the answer must hold every change that was committed before the call
   */
  async find(spaceId: string, names: readonly SubjectName[], now: number, isFresh = false): Promise<readonly FoundSubject[]> {
    const isBelieved = !isFresh && this.parts.silence.isHeard();
    const found = names.map(({ kind, id }) => (isBelieved ? this.memory.get(spaceId, kind, id, now) : undefined));
    const missing = names.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found as FoundSubject[];
    const read = await this.read(spaceId, missing, now);
    return names.map((name, index) => found[index] ?? (read.get(keyOf(name)) as FoundSubject));
  }

  /** Who acts under one name, where that is remembered. */
  remembered(spaceId: string, { kind, id }: SubjectName, now: number): FoundSubject | undefined {
    return this.parts.silence.isHeard() ? this.memory.get(spaceId, kind, id, now) : undefined;
  }

  private async read(spaceId: string, names: readonly SubjectName[], now: number): Promise<Map<string, FoundSubject>> {
    const began = this.parts.clock.now;
    const rows = new Map(await Promise.all((['user', 'member', 'external'] as const).map(async (key) => [key, await this.rows(spaceId, key, names, now)] as const)));
    const found = new Map<string, FoundSubject>();
    for (const name of names) {
      const reading = readingOf(spaceId, name, rows.get(keyOfSubject(name.kind, name.id))?.get(name.id));
      found.set(keyOf(name), reading.value);
      this.memory.set(spaceId, name.kind, name.id, reading, began);
    }
    return found;
  }

  private async rows(spaceId: string, key: keyof typeof SUBJECT_STATEMENTS, names: readonly SubjectName[], now: number): Promise<Map<string, SubjectRow>> {
    const wanted = [...new Set(names.filter(({ kind, id }) => keyOfSubject(kind, id) === key).map(({ id }) => id))];
    if (wanted.length === 0) return new Map();
    const rows = await this.parts.database.prepared<SubjectRow>(`authorization.subjects.${key}`, SUBJECT_STATEMENTS[key](spaceId, wanted, now));
    return new Map(rows.map((row) => [row.name, row]));
  }
}

function keyOf({ kind, id }: SubjectName): string {
  return JSON.stringify([kind, id]);
}

function readingOf(spaceId: string, { kind, id }: SubjectName, row: SubjectRow | undefined): NameReading<FoundSubject> {
  if (row === undefined) {
    const userId = keyOfSubject(kind, id) === 'user' ? id : '';
    return { value: nobody(spaceId, { userId }), facts: [spaceId, membersOf(spaceId), id], validUntil: Infinity };
  }
  const { memberId, memberType, userId, userMemberId, endsAt, related } = row;
  const facts = [...new Set([spaceId, memberId, ...(userId === null ? [] : [userId]), ...related])];
  const actsByItself = memberType === 'service' && (kind === 'service' || (kind === 'member' && userMemberId === null));
  if (actsByItself) return { value: { actor: { userId: '', memberId, userMemberId: '', spaceId, isMachine: true }, isKnown: true }, facts, validUntil: Infinity };
  if (kind === 'service' || userId === null || userMemberId === null) return { value: nobody(spaceId, { memberId }), facts, validUntil: Infinity };
  return { value: { actor: { userId, memberId, userMemberId, spaceId }, isKnown: true }, facts, validUntil: endsAt ?? Infinity };
}

function nobody(spaceId: string, known: Partial<QuestionActor>): FoundSubject {
  return { actor: { userId: '', memberId: '', userMemberId: '', ...known, spaceId }, isKnown: false };
}
