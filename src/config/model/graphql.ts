import { withDefault, withDerivedDefault } from '../setting.js';
import { booleanText } from '../schemas/boolean.js';
import { oneOf } from '../schemas/one-of.js';
import { wholeNumber } from '../schemas/whole-number.js';
import type { DefaultContext } from '../setting.js';

const offInProduction = {
  text: 'on; off in production',
  derive: ({ environment }: DefaultContext) => environment !== 'production',
};

/** What anonymous callers see of the schema, and how large an operation may be. */
export const graphqlSettings = {
  introspection: withDerivedDefault(
    {
      variable: 'POLITY_INTROSPECTION',
      schema: booleanText,
      description: 'Whether anonymous callers may introspect the schema; they see what is public.',
    },
    offInProduction,
  ),
  graphiql: withDerivedDefault(
    { variable: 'POLITY_GRAPHIQL', schema: booleanText, description: 'Whether the GraphiQL page is served.' },
    offInProduction,
  ),
  strictAuthorization: withDerivedDefault(
    {
      variable: 'POLITY_STRICT_AUTHORIZATION',
      schema: booleanText,
      description: 'Whether one denied field refuses the whole operation, instead of answering null for that field.',
    },
    { text: 'off', derive: () => false },
  ),
  trustedDocuments: withDefault(
    {
      variable: 'POLITY_TRUSTED_DOCUMENTS',
      schema: oneOf('off', 'log', 'enforce'),
      description:
        'What happens to documents that are not registered: they run (`off`), they run and each is logged once (`log`), they are refused (`enforce`).',
    },
    'off',
  ),
  maxDepth: withDefault(
    {
      variable: 'POLITY_MAX_DEPTH',
      schema: wholeNumber(1, 100),
      description: 'Deepest nesting of fields in one operation.',
      unit: 'levels',
    },
    15,
  ),
  maxAliases: withDefault(
    {
      variable: 'POLITY_MAX_ALIASES',
      schema: wholeNumber(0, 10_000),
      description: 'Most aliases in one operation.',
      unit: 'aliases',
    },
    50,
  ),
  maxDirectives: withDefault(
    {
      variable: 'POLITY_MAX_DIRECTIVES',
      schema: wholeNumber(0, 10_000),
      description: 'Most directives in one operation.',
      unit: 'directives',
    },
    50,
  ),
  maxTokens: withDefault(
    {
      variable: 'POLITY_MAX_TOKENS',
      schema: wholeNumber(10, 1_000_000),
      description: 'Most lexical tokens in one document.',
      unit: 'tokens',
    },
    4000,
  ),
  maxCost: withDefault(
    {
      variable: 'POLITY_MAX_COST',
      schema: wholeNumber(1, 1_000_000_000),
      description: 'Most that one operation, or all of a batch together, may cost by its estimate; see docs/cost.md.',
    },
    20_000,
  ),
  costMode: withDefault(
    {
      variable: 'POLITY_COST_MODE',
      schema: oneOf('enforce', 'measure'),
      description: 'Whether operations above the most are refused (`enforce`) or only counted (`measure`).',
    },
    'enforce',
  ),
};
