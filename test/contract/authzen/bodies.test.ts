import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openapiDocument } from '../../../src/transport/index.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { loadModel, type Model } from './support/model.js';
import { Pdp } from './support/pdp.js';
import { published } from './support/published.js';

const MODEL: Model = {
  space: 'bodies',
  types: { note: ['read'] },
  people: ['ann'],
  roles: { reader: [{ type: 'note', action: 'read' }] },
  assignments: [{ person: 'ann', role: 'reader' }],
  resources: [{ type: 'note', id: 'n-1' }],
};
const READ = { subject: { type: 'user', id: 'ann' }, action: { name: 'read' }, resource: { type: 'note', id: 'n-1' } };

let server: TestServer;
let pdp: Pdp;

beforeAll(async () => {
  server = await startTestServer();
  pdp = Pdp.withKey(server.url, (await loadModel(server.admin, MODEL)).apiKey);
});
afterAll(() => server.stop());

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', ...openapiDocument({ version: '0' }) });
const ours = (name: string): ValidateFunction => ajv.getSchema(`openapi#/components/schemas/${name}`) as ValidateFunction;
const publishedRequest = ajv.compile(published<object>('evaluation-request.schema.json'));
const publishedResponse = ajv.compile(published<object>('evaluation-response.schema.json'));

const complaints = (validate: ValidateFunction, value: unknown): unknown[] => (validate(value) === true ? [] : [...(validate.errors ?? [])]);

test('answers are valid by the published schema and by ours', async () => {
  for (const request of [READ, { ...READ, context: { receipt: true } }, { ...READ, resource: { type: 'note', id: 'n-2' } }, { ...READ, subject: { type: 'user', id: 'nobody' } }]) {
    const { body } = await pdp.evaluation(request);
    expect([complaints(publishedResponse, body), complaints(ours('EvaluationResponse'), body)]).toEqual([[], []]);
  }
  const { body } = await pdp.evaluations({ ...READ, evaluations: [{}, { resource: {} }, { action: { name: 'write' } }] });
  expect(complaints(ours('EvaluationsResponse'), body)).toEqual([]);
  for (const each of body.evaluations ?? []) expect(complaints(publishedResponse, each)).toEqual([]);
  expect(complaints(ours('Errors'), (await pdp.evaluation({})).body)).toEqual([]);
});

test('discovery, probes and keys are valid by our schemas', async () => {
  for (const [path, schema] of [
    ['/.well-known/authzen-configuration', 'AuthzenConfiguration'], ['/.well-known/polity', 'Discovery'], ['/.well-known/jwks.json', 'KeySet'],
    ['/livez', 'Health'], ['/readyz', 'Readiness'], ['/version', 'Version'],
  ] as const) {
    expect([path, complaints(ours(schema), await (await fetch(`${server.url}${path}`)).json())]).toEqual([path, []]);
  }
});

// Each part of a request, right and wrong in many ways: the server and the schemas agree on what is a request at all.
const PARTS: Readonly<Record<string, readonly unknown[]>> = {
  subject: [undefined, null, 'ann', [], {}, { type: 'user' }, { id: 'ann' }, { type: 1, id: 'ann' }, { type: 'user', id: 2 }, { type: 'user', id: 'ann', properties: 'x' }, { type: 'user', id: 'ann', properties: { a: [1, null] }, more: 1 }],
  action: [undefined, null, 'read', {}, { name: 3 }, { name: 'read', properties: [] }, { name: 'read', properties: {} }],
  resource: [undefined, null, [], {}, { type: 'note' }, { type: 'note', id: 'n-1', properties: 7 }, { type: 'note', id: 'n-1', properties: { deep: { er: true } } }],
  context: [undefined, 'now', [], 5, {}, { time: 'now', list: [1, { a: null }] }],
};

test('what the published schema takes is taken, and what neither takes is refused', async () => {
  for (const [part, values] of Object.entries(PARTS)) {
    for (const value of values) {
      const request = { ...READ, [part]: value };
      const { status } = await pdp.evaluation(request);
      const asSent: unknown = JSON.parse(JSON.stringify(request));
      const [isPublished, isOurs] = [publishedRequest, ours('EvaluationRequest')].map((schema) => complaints(schema, asSent).length === 0);
      expect({ part, value, isTaken: status === 200 }).toEqual({ part, value, isTaken: isOurs });
      expect({ part, value, isRefused: isPublished === true && status !== 200 }).toEqual({ part, value, isRefused: false });
    }
  }
});

test('published vectors are valid requests', () => {
  const vectors = ['todo-1_0-02.json', 'api-gateways.json'].flatMap((file) => published<{ evaluation: { request: unknown }[] }>(file).evaluation);
  for (const { request } of vectors) expect([complaints(publishedRequest, request), complaints(ours('EvaluationRequest'), request)]).toEqual([[], []]);
});
