import { readFile } from 'node:fs/promises';
import { startTestServer, type TestServer } from '../../support/server.js';
import { loadModel, type LoadedModel } from './support/model.js';
import { Pdp } from './support/pdp.js';

const EXAMPLE = /curl -s \$POLITY\/access\/v1\/(\S+) [^\n]*<<END\n(.*?)\nEND\n```\n```json\n(.*?)\n```/gs;

let server: TestServer;
let model: LoadedModel;

beforeAll(async () => {
  server = await startTestServer();
  // As the demo of a first start: an approver of Finance, an invoice there and one outside.
  model = await loadModel(server.admin, {
    space: 'documented',
    types: { invoice: ['read', 'create', 'approve'] },
    people: ['reviewer'],
    groups: ['finance', 'legal'],
    roles: { approver: ['read', 'create', 'approve'].map((action) => ({ type: 'invoice', action, scope: 'group_tree' })) },
    assignments: [{ person: 'reviewer', role: 'approver', group: 'finance' }],
    resources: [{ type: 'invoice', id: 'INV-001', group: 'finance' }, { type: 'invoice', id: 'INV-002', group: 'legal' }],
  });
});
afterAll(() => server.stop());

test('every example of docs/authzen.md is answered as it says', async () => {
  const text = await readFile(new URL('../../../docs/authzen.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(EXAMPLE)];
  expect(examples).toHaveLength(4);
  const pdp = Pdp.withKey(server.url, model.apiKey);
  for (const [, path = '', asked = '', answer = ''] of examples) {
    const { status, body } = await pdp.post(path, asked.replaceAll('$WHO', model.userId('reviewer')));
    expect({ path, status, body }).toEqual({ path, status: 200, body: open(JSON.parse(answer)) });
  }
});

// What differs each time is written with an ellipsis.
function beginningWith(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}.`));
}

function open(value: unknown): unknown {
  if (typeof value === 'string') return value.endsWith('…') ? beginningWith(value.slice(0, -1)) : value;
  if (Array.isArray(value)) return value.map(open);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, open(inner)])) : value;
}
