interface Entry {
  readonly [field: string]: unknown;
  readonly time: string;
  readonly level: string;
  readonly message?: string;
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Makes control characters visible, so that no value can forge a line or steer a terminal. */
const escapeControls = (text: string): string =>
  text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const asValue = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? escapeControls(value) : escapeControls(JSON.stringify(value));

/** The stack of an error, and of its causes, on lines of their own. */
const stackLines = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null || !('stack' in value) || typeof value.stack !== 'string') return [];
  const own = value.stack.split('\n').map((line) => `    ${escapeControls(line)}\n`);
  return 'cause' in value ? [...own, ...stackLines(value.cause)] : own;
};

const withoutStack = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return value;
  const { stack: _, cause: __, ...rest } = value as Record<string, unknown>;
  return rest;
};

/**
 * Turns one JSON line of the log into text for people: time, level, message, `field=value` …, and stacks below.
 *
 * @returns the line with its line break
 */
export const textLine = (json: string): string => {
  const { time, level, message = '', ...fields } = JSON.parse(json) as Entry;
  const pairs = Object.entries(fields).map(([name, value]) => ` ${escapeControls(name)}=${asValue(withoutStack(value))}`);
  const head = `${time} ${level.toUpperCase().padEnd(5)} ${escapeControls(message)}${pairs.join('')}\n`;
  return [head, ...Object.values(fields).flatMap(stackLines)].join('');
};
