/** The published search vectors of `openid/authzen` (fixtures/published/README.md), each demo in a Space of its own: results are equal, not only included. */
import { startTestServer, type TestServer } from '../../support/server.js';
import { idpModel, searchModel } from './support/interop-models.js';
import { loadModel } from './support/model.js';
import { Pdp } from './support/pdp.js';
import { published } from './support/published.js';

type Results = readonly Readonly<Record<string, string>>[];

interface Vectors {
  readonly evaluation?: readonly { readonly request: object; readonly expected: { readonly results: Results } }[];
  readonly search?: Vectors['evaluation'];
}

let server: TestServer;
let search: Pdp;
let idp: Pdp;

beforeAll(async () => {
  server = await startTestServer();
  search = Pdp.withKey(server.url, (await loadModel(server.admin, searchModel('search'))).apiKey);
  idp = Pdp.withKey(server.url, (await loadModel(server.admin, idpModel('idp'))).apiKey);
});
afterAll(() => server.stop());

const sorted = (results: Results = []): string[] => results.map(({ type = '', id = '', name = '' }) => JSON.stringify([type, id, name])).sort();

test.each<[string, () => Pdp, 'subject' | 'resource' | 'action', number]>([
  ['search-subject.json', () => search, 'subject', 60],
  ['search-resource.json', () => search, 'resource', 18],
  ['search-action.json', () => search, 'action', 120],
  ['idp-search.json', () => idp, 'resource', 6],
])('%s', async (file, pdp, kind, count) => {
  const { evaluation, search: searches } = published<Vectors>(file);
  const vectors = evaluation ?? searches ?? [];
  expect(vectors).toHaveLength(count);
  for (const { request, expected } of vectors) {
    const { status, body } = await pdp().search(kind, request);
    expect({ request, status, results: sorted(body.results as Results) }).toEqual({ request, status: 200, results: sorted(expected.results) });
    // A whole answer that was not asked for in pages has none.
    expect(body).not.toHaveProperty('page');
  }
});
