import { readFile } from 'node:fs/promises';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

const EXAMPLE = /```(graphql|json)\n(.*?)\n```/gs;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
});
afterAll(() => server.stop());

test('the examples of docs/what-if.md are answered', async () => {
  const text = await readFile(new URL('../../../docs/what-if.md', import.meta.url), 'utf8');
  const [simulation, variables, suggestion] = [...text.matchAll(EXAMPLE)].map(([, , example]) => example as string) as [string, string, string];
  const asker = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check', 'roles:read', 'audit:read', 'permissions:read'] });
  const { auditEventId } = await check(asker, approve(ACTORS.alice, 'invoice_002'));
  const foretold = await asker.data<{ simulateChange: object }>(simulation, JSON.parse(variables) as object);
  expect(foretold.simulateChange).toMatchObject({ gained: 6, lost: 0, members: 2, violations: { edges: [] }, decisions: { examined: 1, flipped: 1, isWhole: true, flips: { edges: [{ node: { auditEventId } }] } } });
  const suggested = await asker.data<{ suggestGrants: object }>(suggestion.replace('audit_…', auditEventId as string));
  expect(suggested.suggestGrants).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS', found: 1, obstacle: null, grants: [{ kind: 'ASSIGN_ROLE', roleId: 'role_finance_approver', rights: 5 }] });
});
