import type { Random } from './random.js';

/** What conditions of random worlds read. */
export interface ConditionReadings {
  readonly actor: { readonly memberId: string; readonly isMachine: boolean };
  readonly resource: { readonly ownerMemberId?: string | undefined; readonly metadata: Readonly<Record<string, unknown>> };
  readonly context: Readonly<Record<string, unknown>>;
  readonly now: number;
}

/** Moment around which everything in random worlds begins and ends. */
export const CLOCK = Date.parse('2031-05-06T12:00:00.000Z');

/**
 * Conditions of random worlds, each with what it means, said once more in another language: true, false, or undefined where it gives no
 * answer. The texts hold what is awkward to copy: quotes, backslashes, line ends, letters beyond ASCII.
 */
export const CONDITIONS: ReadonlyMap<string, (readings: ConditionReadings) => boolean | undefined> = new Map<string, (readings: ConditionReadings) => boolean | undefined>([
  ['true', () => true],
  ['1 == 1\n\t&& "a\\tb" != "a\\\\tb"', () => true],
  ['false', () => false],
  ['resource.metadata.amount < 100', ({ resource: { metadata } }) => (typeof metadata['amount'] === 'number' ? metadata['amount'] < 100 : undefined)],
  ['resource.metadata.city == "Zürich"', ({ resource: { metadata } }) => (Object.hasOwn(metadata, 'city') ? metadata['city'] === 'Zürich' : undefined)],
  ['resource.ownerMemberId == actor.memberId', ({ resource, actor }) => (resource.ownerMemberId === undefined ? undefined : resource.ownerMemberId === actor.memberId)],
  ['!actor.isMachine', ({ actor }) => !actor.isMachine],
  ['request.context.level > 2', ({ context }) => (typeof context['level'] === 'number' ? context['level'] > 2 : undefined)],
  ["request.time < timestamp('2031-05-06T12:00:00.000Z')", ({ now }) => now < CLOCK],
  ['request.context.missing.deep == 1', () => undefined],
]);

const SOURCES = [...CONDITIONS.keys()];

/** One of {@link CONDITIONS}, or none. */
export function randomCondition(random: Random, share: number): string | null {
  return random.chance(share) ? (random.pick(SOURCES) ?? null) : null;
}

/** A moment around the clock as the database writes it, some between two milliseconds; mostly none. */
export function randomMoment(random: Random, share: number): string | null {
  if (!random.chance(share)) return null;
  const iso = new Date(CLOCK + random.below(5) - 2).toISOString();
  return iso.replace('Z', `${random.pick(['', '000', '001', '999'])}+00:00`);
}
