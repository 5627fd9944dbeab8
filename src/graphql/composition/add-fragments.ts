import { addResolversToSchema } from '@graphql-tools/schema';
import { concatAST, extendSchema, validateSchema, type GraphQLSchema } from 'graphql';
import { PolityError } from '../../kernel/errors/index.js';
import { forbiddenDefinitions, invalidDefinitions, located } from './check-definitions.js';
import { wrongGuards, wrongResolvers } from './check-resolvers.js';
import { parseFragments, type ParsedFragment } from './parse-fragments.js';
import type { FragmentProblem, FragmentTypeResolvers, SchemaFragment } from './schema-fragment.js';

/**
 * A schema with fragments added, all at once: the given one stays as it is. One `extendSchema` for all of them, because each takes as
 * long as the whole schema is large.
 *
 * @throws PolityError `CAPABILITY_INVALID` that names every fragment at fault and the coordinate; `details.problems` has them apart
 */
export function addFragments(core: GraphQLSchema, fragments: readonly SchemaFragment[]): GraphQLSchema {
  const { parsed, problems } = parseFragments(fragments);
  assertNone(problems);
  const whole = concatAST(parsed.map(({ document }) => document));
  assertNone(forbiddenDefinitions(core, parsed));
  assertNone(invalidDefinitions(core, parsed, whole));
  assertNone(wrongResolvers(core, parsed));
  // Validated above, with the place of each error.
  const extended = extendSchema(core, whole, { assumeValidSDL: true });
  assertNone(located(parsed, validateSchema(extended)));
  assertNone(wrongGuards(extended, parsed));
  // The schema is new; a copy of it would take longer than all that is above.
  return addResolversToSchema({ schema: extended, resolvers: allResolvers(parsed), updateResolversInPlace: true });
}

function allResolvers(fragments: readonly ParsedFragment[]): Record<string, Record<string, never>> {
  const all: Record<string, FragmentTypeResolvers> = {};
  for (const { resolvers } of fragments) {
    for (const [type, members] of Object.entries(resolvers)) all[type] = { ...all[type], ...asGiven(members) };
  }
  return all as Record<string, Record<string, never>>;
}

// The library binds a resolver that stands alone, and what it makes of one is another function each time: nobody could tell that it is
// the same as before.
function asGiven(members: FragmentTypeResolvers): FragmentTypeResolvers {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, typeof member === 'function' && !name.startsWith('__') ? { resolve: member } : member]));
}

function assertNone(problems: readonly FragmentProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ fragment, coordinate, message }) => `fragment ${fragment}: ${coordinate}: ${message}`);
  throw new PolityError('CAPABILITY_INVALID', `The schema cannot be composed: ${lines.join('; ')}`, { details: { problems } });
}
