import { startOn, startTestServer, type TestServer } from '../support/server.js';
import { GraphqlCaller } from '../support/graphql-caller.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
}, 60_000);
afterAll(() => server.stop());

interface Denied { readonly node: { readonly details: Readonly<Record<string, unknown>>; readonly denyCode: string; readonly target: { readonly id: string } } }

async function denials(): Promise<Denied['node'][]> {
  const { auditEvents } = await server.admin.data<{ auditEvents: { edges: Denied[] } }>(
    '{ auditEvents(first: 100, types: ["access.denied"], order: OLDEST_FIRST) { edges { node { details denyCode target { id } } } } }');
  return auditEvents.edges.map(({ node }) => node);
}

test('a node writes the first denial at once, counts those like it, and writes the count when it stops', async () => {
  const { POLITY_DENIAL_WINDOW_S: _none, ...usual } = server.environment;
  const node = await startOn(usual);
  try {
    const anonymous = new GraphqlCaller(node.url);
    for (let count = 0; count < 5; count++) expect((await anonymous.send('query Polling { users { totalCount } }')).errors).toMatchObject([{ path: ['users'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
    for (let count = 0; count < 2; count++) await anonymous.send('mutation Again { createSpace(input: { name: "x" }) { space { id } } }');
    await anonymous.send('query Other { spaces { totalCount } }');
    expect((await denials()).map(({ target, details }) => [target.id, details])).toEqual([
      ['Polling', { paths: ['users'], operation: 'query' }],
      ['Again', { paths: ['createSpace'], operation: 'mutation' }],
      ['Again', { paths: ['createSpace'], operation: 'mutation' }],
      ['Other', { paths: ['spaces'], operation: 'query' }],
    ]);
  } finally {
    await node.stop();
  }
  expect((await denials()).slice(4)).toEqual([{
    details: { paths: ['users'], operation: 'query', repeated: 4, from: expect.any(Number), until: expect.any(Number) }, denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE', target: { id: 'Polling' },
  }]);
});
