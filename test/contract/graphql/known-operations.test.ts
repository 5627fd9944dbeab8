import { readdir, readFile } from 'node:fs/promises';
import { parse, validate, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { builtInSchema } from '../../../src/boot/built-in-schema.js';
import { loadSettings } from '../../../src/config/index.js';
import { compileCost } from '../../../src/graphql/index.js';
import * as documents from '../../../sdk/client/documents.js';
import { WELCOME } from '../../../src/transport/index.js';

const ROOT = new URL('../../../', import.meta.url);
const MOST = loadSettings({ NODE_ENV: 'test' }).graphql.maxCost;
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = (await builtInSchema()).raw;
});

const operationsOf = (document: DocumentNode): OperationDefinitionNode[] => document.definitions.filter((definition) => definition.kind === 'OperationDefinition');
const estimate = (source: string, variables?: Record<string, unknown>): number => {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  return Math.max(...operationsOf(document).map((operation) => compileCost(schema, document, operation).estimate(variables)));
};

/** Operations that people are shown: on the pages, in the GraphQL page, in examples and the client. */
async function shown(): Promise<(readonly [string, string])[]> {
  const pages = ['README.md', ...(await readdir(new URL('docs/', ROOT))).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
  const code = (await Promise.all(['examples/', 'src/cli/'].map(async (folder) => (await readdir(new URL(folder, ROOT), { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file)).map((file) => folder + file)))).flat();
  const client = Object.entries(documents).map(([name, text]) => [`client ${name}`, typeof text === 'string' ? text : text(true)] as const);
  const found: (readonly [string, string])[] = [['GraphiQL', WELCOME], ...client];
  const take = async (files: readonly string[], pattern: RegExp): Promise<void> => {
    for (const file of files) for (const [, text] of (await readFile(new URL(file, ROOT), 'utf8')).matchAll(pattern)) found.push([file, text as string]);
  };
  await take(pages, /```graphql\n([\s\S]*?)```/g);
  await take(code, /['`]((?:query|mutation|subscription)\b[^'`$]*\{(?:[^'`$]|\$\w)*)['`]/g);
  return found;
}

test('every operation that people are shown is valid and costs at most half of what is accepted', async () => {
  const all = await shown();
  expect(all.length).toBeGreaterThan(10);
  const costs = all.map(([place, source]) => [place, estimate(source)] as const);
  expect(costs.filter(([, cost]) => cost > MOST / 2)).toEqual([]);
});

// The table of docs/cost.md.
describe('an estimate', () => {
  const rows = 'edges { cursor node { id displayName primaryGroup { id } } } pageInfo { hasNextPage endCursor } totalCount';
  const children = (inside: string, paging = ''): string => `children${paging} { edges { node { id ${inside} } } }`;
  const question = { actor: { memberId: 'm' }, resource: { type: 't', id: 'r' }, action: 'a' };

  test.each<[string, string, Record<string, unknown>, number]>([
    ['a page as it comes', 'query ($space: ID!) { groups(spaceId: $space) { edges { cursor node { id key } } pageInfo { endCursor } totalCount } }', {}, 126],
    ['the largest page', 'query ($space: ID!) { groups(spaceId: $space, first: 200) { edges { cursor node { id key } } pageInfo { endCursor } totalCount } }', {}, 426],
    ['two pages as they come, in each other', `query ($space: ID!) { groups(spaceId: $space) { edges { node { id ${children('')} } } } }`, {}, 5_355],
    ['a thousand questions', 'query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items: Array.from({ length: 1_000 }, () => question) } }, 5_001],
  ])('of %s is below the most', (_name, source, variables, cost) => {
    expect([estimate(source, variables), cost < MOST]).toEqual([cost, true]);
  });
  test.each<[string, string, number]>([
    ['two of the largest pages in each other', `query ($space: ID!) { groups(spaceId: $space, first: 200) { edges { node { id ${children('', '(first: 200)')} } } } }`, 81_405],
    ['three pages as they come, in each other', `query ($space: ID!) { groups(spaceId: $space) { edges { node { id ${children(children(''))} } } } }`, 267_855],
    ['aliases of lists that walk a Space', `query ($input: ListActorsInput!) { ${Array.from({ length: 50 }, (_, index) => `a${index}: listActors(input: $input, first: 200) { edges { node { memberId } } }`).join(' ')} }`, 25_000],
    ['aliases of simulations', `query ($input: SimulateChangeInput!) { ${Array.from({ length: 11 }, (_, index) => `a${index}: simulateChange(input: $input) { gained }`).join(' ')} }`, 22_000],
  ])('of %s is above the most', (_name, source, cost) => {
    expect([estimate(source), cost > MOST]).toEqual([cost, true]);
  });
  test.each([['rows', rows]])('does not count scalars of %s', (_name, selection) => {
    expect(estimate(`query ($space: ID!) { members(spaceId: $space) { ${selection.replace('primaryGroup { id }', '')} } }`)).toBe(estimate('query ($space: ID!) { members(spaceId: $space) { edges { node { id } } pageInfo { endCursor } totalCount } }'));
  });
});
