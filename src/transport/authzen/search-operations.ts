import type { NamesPage, NamesPageInput, RequestContext } from '../../system/shared/contracts/index.js';
import type { AuthzenOperation, AuthzenParts } from './authzen-endpoint.js';
import { readPage } from './page-token.js';
import type { JsonObject } from './read-fields.js';
import { readActionSearch, readResourceSearch, readSubjectSearch } from './read-searches.js';

type Spend = (cost: number) => Promise<void> | undefined;
type Ask = (page: NamesPageInput) => Promise<NamesPage<string>>;

/** `/access/v1/search/*`: a search costs 1 for each name that its page may hold. */
export function searchOperations({ evaluations, spend }: Pick<AuthzenParts, 'evaluations' | 'spend'>): Readonly<Record<'subject' | 'resource' | 'action', AuthzenOperation>> {
  const spendFor = (context: RequestContext): Spend => (cost) => spend(context, cost);
  return {
    subject: async (body, context) => {
      const search = readSubjectSearch(body);
      return found(body, spendFor(context), (page) => evaluations().searchSubjects(context, search, page), (id) => ({ type: search.subject.type, id }));
    },
    resource: async (body, context) => {
      const search = readResourceSearch(body);
      return found(body, spendFor(context), (page) => evaluations().searchResources(context, search, page), (id) => ({ type: search.resource.type, id }));
    },
    action: async (body, context) => {
      const search = readActionSearch(body);
      return found(body, spendFor(context), (page) => evaluations().searchActions(context, search, page), (name) => ({ name }));
    },
  };
}

// The page object comes first, as the specification recommends; a whole answer that was not asked for in pages has none.
async function found(body: JsonObject, spend: Spend, ask: Ask, shape: (name: string) => object): Promise<object> {
  const { isPaged, limit, after, tokenOf } = readPage(body);
  await spend(limit);
  const { names, end, revision } = await ask({ limit: Math.max(limit, 1), ...(after === undefined ? {} : { after }) });
  // A page of nothing leaves everything to the pages after it.
  const shown = limit === 0 ? [] : names;
  const nextToken = limit === 0 ? (names.length === 0 ? '' : tokenOf(after)) : end === undefined ? '' : tokenOf(end);
  return {
    ...(isPaged || nextToken !== '' ? { page: { next_token: nextToken, count: shown.length } } : {}),
    ...(revision === undefined ? {} : { context: { revision } }),
    results: shown.map(shape),
  };
}
