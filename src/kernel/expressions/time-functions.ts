import { Duration } from '@marcbachmann/cel-js/evaluator';

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DURATION = /^([+-]?)((?:\d{1,13}(?:\.\d{1,9})?(?:h|ms|m|s|us|ns))+)$/;
const DURATION_PART = /(\d{1,13}(?:\.\d{1,9})?)(h|ms|m|s|us|ns)/g;
const SECONDS = { h: 3_600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 } as const;
/** Longest duration: with it no sum in an expression leaves the range of dates. */
const MOST_SECONDS = 1_000 * 366 * 86_400;

/** Reads a moment in the form of RFC 3339. @throws Error for any other form and for days that do not exist. */
export function readTimestamp(text: string): Date {
  const [, year, month, day] = TIMESTAMP.exec(text) ?? [];
  const moment = new Date(text);
  const isDay = Number(day) >= 1 && Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (year === undefined || !isDay || Number.isNaN(moment.getTime())) throw new Error('no timestamp');
  return moment;
}

/** Reads a duration such as `1h30m` or `-0.5s`, at most 1,000 years. @throws Error for any other form. */
export function readDuration(text: string): Duration {
  const [, sign, parts] = text.length > 100 ? [] : (DURATION.exec(text) ?? []);
  if (parts === undefined) throw new Error('no duration');
  let seconds = 0;
  for (const [, amount, unit] of parts.matchAll(DURATION_PART)) seconds += Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  if (seconds > MOST_SECONDS) throw new Error('too long');
  return Duration.fromMilliseconds((sign === '-' ? -seconds : seconds) * 1_000);
}

/** The functions that take a moment apart, as the language numbers them: months, days of the month and of the year begin with 0, Sunday is 0. */
export const TIME_PARTS: Readonly<Record<string, (moment: Date) => number>> = {
  getFullYear: (moment) => moment.getUTCFullYear(),
  getMonth: (moment) => moment.getUTCMonth(),
  getDate: (moment) => moment.getUTCDate(),
  getDayOfMonth: (moment) => moment.getUTCDate() - 1,
  getDayOfWeek: (moment) => moment.getUTCDay(),
  getDayOfYear: (moment) => Math.floor((moment.getTime() - Date.UTC(moment.getUTCFullYear(), 0, 1)) / 86_400_000),
  getHours: (moment) => moment.getUTCHours(),
  getMinutes: (moment) => moment.getUTCMinutes(),
  getSeconds: (moment) => moment.getUTCSeconds(),
  getMilliseconds: (moment) => moment.getUTCMilliseconds(),
};

const FIXED_ZONE = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/;
const ZONES_KEPT = 200;
const zones = new Map<string, (moment: Date) => number>();

/**
 * How many milliseconds the clocks of a zone are ahead of UTC, as a function of the moment.
 *
 * @param name - an IANA name such as `Europe/Berlin`, or `+05:30`
 * @throws RangeError for a zone that is not known
 */
export function zoneOffset(name: string): (moment: Date) => number {
  const held = zones.get(name);
  if (held !== undefined) return held;
  const [, sign, hours, minutes] = FIXED_ZONE.exec(name) ?? [];
  const fixed = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const offset = sign === undefined ? namedOffset(name) : () => fixed;
  if (zones.size >= ZONES_KEPT) zones.clear();
  zones.set(name, offset);
  return offset;
}

function namedOffset(timeZone: string): (moment: Date) => number {
  const numeric = '2-digit';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', era: 'short', year: 'numeric', month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric,
  });
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const [month, day, hour, minute, second] = ['month', 'day', 'hour', 'minute', 'second'].map((type) => Number(parts.get(type as 'month')));
    const year = Number(parts.get('year')) * (parts.get('era') === 'BC' ? -1 : 1) + (parts.get('era') === 'BC' ? 1 : 0);
    const there = new Date(0);
    there.setUTCFullYear(year, (month as number) - 1, day);
    there.setUTCHours(hour as number, minute, second, moment.getUTCMilliseconds());
    return there.getTime() - moment.getTime();
  };
}
