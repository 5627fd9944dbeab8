import type { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { JsonObject, sameJson } from './json-value.js';
import { linearPattern } from './linear-pattern.js';
import { readDuration, readTimestamp, TIME_PARTS, zoneOffset } from './time-functions.js';

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const INT_RANGE = 2 ** 63;

/**
 * Functions that we implement because the library's own do not keep the standard or run without bound: its `duration` and `matches`
 * backtrack, `timestamp` takes local forms, `lowerAscii` changes other letters, `int("")` is 0, and zones go through the clock of the
 * machine. A call of one of these names is sent to the name with this prefix.
 */
export const OWN_PREFIX = 'own_';

/** Name of the type of JSON objects. */
export const JSON_OBJECT = 'json.Object';

/** Numbers of arguments of every function that an expression may call; a name that is not here is an error when compiling. */
export const FUNCTIONS: ReadonlyMap<string, readonly number[]> = new Map([
  ['has', [1]], ['size', [1]], ['int', [1]], ['double', [1]], ['timestamp', [1]], ['duration', [1]], ['dyn', [1]],
]);

/** The same for methods; the macros over lists are not among them. */
export const METHODS: ReadonlyMap<string, readonly number[]> = new Map([
  ['size', [0]], ['startsWith', [1]], ['endsWith', [1]], ['contains', [1]], ['lowerAscii', [0]], ['upperAscii', [0]], ['matches', [1]],
  ...Object.keys(TIME_PARTS).map((name): [string, number[]] => [name, [0, 1]]),
]);

/** Names that are sent to our own functions. */
export const OWN_FUNCTIONS: ReadonlySet<string> = new Set(['int', 'double', 'timestamp', 'duration', 'lowerAscii', 'upperAscii', 'matches', ...Object.keys(TIME_PARTS)]);

/** Gives an environment the type of JSON objects and our own functions. */
export function registerFunctions(environment: Environment): void {
  const own = (signature: string, handler: (...values: never[]) => unknown): void => void environment.registerFunction(signature, handler, { async: false });
  environment.registerType(JSON_OBJECT, { ctor: JsonObject });
  environment.registerOperator(`${JSON_OBJECT} == ${JSON_OBJECT}`, sameJson);
  environment.registerOperator(`string in ${JSON_OBJECT}: bool`, (key: string, object: JsonObject) => object.has(key));
  own(`size(${JSON_OBJECT}): int`, (object: JsonObject) => BigInt(object.size));
  own(`${JSON_OBJECT}.size(): int`, (object: JsonObject) => BigInt(object.size));

  own(`${OWN_PREFIX}int(int): int`, (value: bigint) => value);
  own(`${OWN_PREFIX}int(double): int`, wholeNumber);
  own(`${OWN_PREFIX}int(string): int`, (text: string) => wholeText(text));
  own(`${OWN_PREFIX}double(double): double`, (value: number) => value);
  own(`${OWN_PREFIX}double(int): double`, (value: bigint) => Number(value));
  own(`${OWN_PREFIX}double(string): double`, (text: string) => decimalText(text));
  own(`string.${OWN_PREFIX}lowerAscii(): string`, (text: string) => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()));
  own(`string.${OWN_PREFIX}upperAscii(): string`, (text: string) => text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()));
  own(`string.${OWN_PREFIX}matches(string): bool`, (text: string, pattern: string) => linearPattern(pattern).test(text));
  registerTime(environment, own);
}

type Register = (signature: string, handler: (...values: never[]) => unknown) => void;

function registerTime(environment: Environment, own: Register): void {
  own(`${OWN_PREFIX}timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (moment: Date) => moment);
  own(`${OWN_PREFIX}timestamp(string): ${TIMESTAMP}`, readTimestamp);
  own(`${OWN_PREFIX}duration(${DURATION}): ${DURATION}`, (duration: Duration) => duration);
  own(`${OWN_PREFIX}duration(string): ${DURATION}`, readDuration);
  for (const [name, part] of Object.entries(TIME_PARTS)) {
    own(`${TIMESTAMP}.${OWN_PREFIX}${name}(): int`, (moment: Date) => BigInt(part(moment)));
    own(`${TIMESTAMP}.${OWN_PREFIX}${name}(string): int`, (moment: Date, zone: string) => BigInt(part(new Date(moment.getTime() + zoneOffset(zone)(moment)))));
  }
  own(`${DURATION}.${OWN_PREFIX}getHours(): int`, (duration: Duration) => duration.seconds / 3_600n);
  own(`${DURATION}.${OWN_PREFIX}getMinutes(): int`, (duration: Duration) => duration.seconds / 60n);
  own(`${DURATION}.${OWN_PREFIX}getSeconds(): int`, (duration: Duration) => duration.seconds);
}

function wholeNumber(value: number): bigint {
  if (!(Math.abs(value) < INT_RANGE)) throw new RangeError('no int');
  return BigInt(Math.trunc(value));
}

function wholeText(text: string): bigint {
  const value = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  if (value === undefined || BigInt.asIntN(64, value) !== value) throw new RangeError('no int');
  return value;
}

function decimalText(text: string): number {
  const value = /^[+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new RangeError('no double');
  return value;
}
