import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DEEPEST = 12;
const MOST_NODES = 5_000;

/** RFC 3339 moment with zone; answered in UTC with milliseconds. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment in RFC 3339 form with a zone, such as 2026-11-20T09:00:00Z. Answers are in UTC.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string | number)).toISOString(),
  parseValue: parseMoment,
  parseLiteral: (node) => parseMoment(node.kind === Kind.STRING ? node.value : undefined),
});

/** JSON value with bounded depth and size. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, at most 12 levels deep and 5,000 values large.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: bounded,
  parseLiteral: (node, variables) => bounded(valueFromASTUntyped(node, variables)),
});

function parseMoment(value: unknown): Date {
  const moment = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : undefined;
  if (moment === undefined || Number.isNaN(moment.getTime())) throw new GraphQLError('DateTime must be an RFC 3339 moment with a zone, such as 2026-11-20T09:00:00Z.');
  return moment;
}

function bounded(value: unknown): unknown {
  let nodes = 0;
  const walk = (part: unknown, depth: number): void => {
    if (depth > DEEPEST || ++nodes > MOST_NODES) throw new GraphQLError(`JSON may be at most ${DEEPEST} levels deep and ${MOST_NODES} values large.`);
    if (typeof part === 'object' && part !== null) for (const child of Object.values(part)) walk(child, depth + 1);
  };
  walk(value, 1);
  return value;
}
