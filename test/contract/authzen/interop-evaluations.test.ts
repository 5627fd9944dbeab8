/**
 * The published interop vectors of `openid/authzen` (fixtures/published/README.md), each file in a Space of its own: 43 of the todo application and 25
 * of the API gateways by the final text, and 120 of its drafts.
 */
import { startTestServer, type TestServer } from '../../support/server.js';
import { gatewayModel, todoDraftModel, todoModel } from './support/interop-models.js';
import { loadModel, type Model } from './support/model.js';
import { Pdp } from './support/pdp.js';
import { published } from './support/published.js';

interface Vector<Expected> {
  readonly request: object;
  readonly expected: Expected;
}

interface Vectors {
  readonly evaluation?: readonly Vector<boolean>[];
  readonly decisions?: readonly Vector<boolean>[];
  readonly evaluations?: readonly Vector<readonly { readonly decision: boolean }[]>[];
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test.each<[string, (space: string) => Model, number, number]>([
  ['todo-1_0-02.json', todoModel, 40, 3],
  ['todo-1_0-01.json', todoModel, 40, 0],
  ['todo-1_0-00.json', todoDraftModel, 40, 0],
  ['todo-first-draft.json', todoDraftModel, 40, 0],
  ['api-gateways.json', gatewayModel, 25, 0],
])('%s', async (file, modelOf, single, batches) => {
  const { apiKey } = await loadModel(server.admin, modelOf(file.replace(/\W/g, '-').toLowerCase()));
  const pdp = Pdp.withKey(server.url, apiKey);
  const { evaluation, decisions, evaluations = [] } = published<Vectors>(file);
  const vectors = evaluation ?? decisions ?? [];
  expect([vectors.length, evaluations.length]).toEqual([single, batches]);
  for (const { request, expected } of vectors) {
    const { status, body } = await pdp.evaluation(request);
    expect({ request, status, decision: body.decision }).toEqual({ request, status: 200, decision: expected });
  }
  for (const { request, expected } of evaluations) {
    const { body } = await pdp.evaluations(request);
    expect({ request, decisions: body.evaluations?.map(({ decision }) => ({ decision })) }).toEqual({ request, decisions: expected });
  }
});
