import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { createPolityClient, ReceiptError, verifyReceipt, type KeySet, type Receipt } from '../../../sdk/client/index.js';
import { runRecorded } from '../../../src/cli/testing/recorded-io.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { auditEvents } from '../support/audit-events.js';
import { loadModel, type LoadedModel, type Model } from './support/model.js';
import { Pdp } from './support/pdp.js';

const BASE = 'https://pdp.example.com';
const MODEL: Model = {
  space: 'receipts',
  types: { deed: ['sign', 'read'] },
  people: ['ann', 'ben'],
  services: ['clerk'],
  groups: ['office'],
  roles: {
    signer: [{ type: 'deed', action: 'sign', scope: 'group' }, { type: 'deed', action: 'sign', condition: `has(request.context.urgent) && request.context.urgent == true` }],
    reader: [{ type: 'deed', action: 'read' }],
  },
  assignments: [{ person: 'ann', role: 'signer', group: 'office' }, { person: 'clerk', role: 'signer', group: 'office' }],
  resources: [{ type: 'deed', id: 'D-1', group: 'office' }, { type: 'deed', id: 'D-2' }],
};
const SIGN = { subject: { type: 'user', id: 'ann' }, action: { name: 'sign' }, resource: { type: 'deed', id: 'D-1' } };

let server: TestServer;
let model: LoadedModel;
let pdp: Pdp;
let folder: string;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_PUBLIC_URL: BASE } });
  model = await loadModel(server.admin, MODEL);
  pdp = Pdp.withKey(server.url, model.apiKey);
  folder = mkdtempSync(join(tmpdir(), 'polity-receipts-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

const keySet = async (): Promise<KeySet> => (await fetch(`${server.url}/.well-known/jwks.json`)).json() as Promise<KeySet>;
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

async function receiptOf(more: object = {}): Promise<string> {
  const { body } = await pdp.evaluation({ ...SIGN, context: { receipt: true }, ...more });
  return body.context?.['receipt'] as string;
}

test('an evaluation gives a receipt where its context asks for one, and not otherwise', async () => {
  expect((await pdp.evaluation(SIGN)).body.context).not.toHaveProperty('receipt');
  expect((await pdp.evaluation({ ...SIGN, context: { receipt: 'R-17' } })).body.context).not.toHaveProperty('receipt');
  const { body } = await pdp.evaluation({ ...SIGN, context: { receipt: true } }, { 'x-request-id': 'req_receipt_1' });
  const receipt = await verifyReceipt(body.context?.['receipt'] as string, await keySet(), { issuer: BASE });
  const [event] = await auditEvents(server.admin, { types: ['authorization.decision'], requestId: 'req_receipt_1' });
  expect(receipt).toMatchObject<Partial<Receipt>>({
    iss: BASE, jti: body.context?.['trace_id'] as string, decision: 'ALLOW', context_mode: 'stored', revision: body.context?.['revision'] as string, audit_event_id: event?.id ?? '',
    question: expect.objectContaining({ user_id: model.userId('ann'), member_id: model.memberId('ann'), space_id: model.spaceId, resource_type: 'deed', action: 'sign' }) as Receipt['question'],
  });
  expect(receipt.input_sha256).toBe(event?.details?.['inputHash']);
  expect(receipt.matched).toMatchObject({ role_id: 'role_receipts_0', anchor_group_id: 'group_receipts_0' });
});

test('in a batch each evaluation has its own', async () => {
  const { body } = await pdp.evaluations({ ...SIGN, evaluations: [{ context: { receipt: true } }, {}, { context: { receipt: true }, resource: { type: 'deed', id: 'D-2' } }] });
  const keys = await keySet();
  const receipts = await Promise.all((body.evaluations ?? []).map(async ({ context }) => (typeof context?.['receipt'] === 'string' ? verifyReceipt(context['receipt'], keys) : undefined)));
  expect(receipts.map((receipt) => receipt?.decision)).toEqual(['ALLOW', undefined, 'DENY']);
  expect(receipts[2]?.deny_code).toBe('CONDITION_NOT_MET');
});

test('check and checkMany give it where it is selected, and the client verifies it', async () => {
  const client = createPolityClient({ url: server.url, credentials: { apiKey: model.apiKey } });
  const { resources } = await server.admin.data<{ resources: { edges: { node: { id: string; externalId: string } }[] } }>(
    'query ($spaceId: ID!) { resources(spaceId: $spaceId) { edges { node { id externalId } } } }', { spaceId: model.spaceId });
  const resourceId = resources.edges.find(({ node }) => node.externalId === 'D-1')?.node.id ?? '';
  const actor = { userId: model.userId('ann'), memberId: model.memberId('ann'), userMemberId: model.memberId('ann').replace('member', 'um'), spaceId: model.spaceId };
  const question = { actor, resourceType: 'deed', resourceId, action: 'sign' };
  expect((await client.check(question)).receipt).toBeUndefined();
  const one = await client.check(question, { receipt: true });
  expect(await verifyReceipt(one.receipt ?? '', await keySet(), { issuer: BASE })).toMatchObject({ jti: one.traceId, decision: 'ALLOW', question: { resource_id: resourceId } });
  const [, second] = await client.checkMany([question, { ...question, action: 'read' }], { receipt: true });
  expect(await verifyReceipt(second?.receipt ?? '', await keySet())).toMatchObject({ jti: second?.traceId, decision: 'DENY', deny_code: 'NO_MATCHING_PERMISSION' });
});

test('of a service Member that acts by itself it names no User', async () => {
  const receipt = await verifyReceipt(await receiptOf({ subject: { type: 'service', id: 'clerk' } }), await keySet());
  expect(receipt.question).toEqual({
    acts_by_itself: true, member_id: model.memberId('clerk'), space_id: model.spaceId, resource_type: 'deed', resource_id: expect.any(String), action: 'sign',
  });
});

test('an access token and the metadata are no receipts, and a receipt is no access token', async () => {
  const keys = await keySet();
  const token = server.admin.accessToken ?? '';
  await expect(verifyReceipt(token, keys)).rejects.toThrow(ReceiptError);
  const { signed_metadata: metadata } = (await (await fetch(`${server.url}/.well-known/authzen-configuration`)).json()) as { signed_metadata: string };
  await expect(verifyReceipt(metadata, keys)).rejects.toThrow(ReceiptError);
  expect((await new Pdp(server.url, { authorization: `Bearer ${await receiptOf()}` }).evaluation(SIGN)).status).toBe(401);
});

test('keys are published with their purpose, never with their private half, and stay when they are rotated', async () => {
  const before = await receiptOf();
  await server.admin.mutate('rotateReceiptKey', {}, 'kid');
  const after = await receiptOf();
  const kids = [before, after].map((receipt) => decodeProtectedHeader(receipt).kid);
  expect(new Set(kids).size).toBe(2);
  const keys = await keySet();
  expect(keys.keys.filter(({ purpose }) => purpose === 'decision_receipt').map(({ kid }) => kid)).toEqual(expect.arrayContaining(kids));
  expect(keys.keys.some((key) => 'd' in key)).toBe(false);
  for (const receipt of [before, after]) expect(await verifyReceipt(receipt, keys, { issuer: BASE })).toMatchObject({ decision: 'ALLOW' });
});

describe('polity receipt verify', () => {
  const run = (receipt: string, ...more: string[]) => runRecorded(['receipt', 'verify', receipt, ...more]);

  test('needs nothing but the receipt and the key set', async () => {
    const jwks = file('jwks.json', JSON.stringify(await keySet()));
    const receipt = await receiptOf();
    const genuine = await run(file('receipt', receipt), '--jwks', jwks, '--issuer', BASE);
    expect(genuine).toMatchObject({ code: 0, out: expect.stringMatching(/^The receipt is genuine: ALLOW at .* by https:\/\/pdp\.example\.com\.\n$/), err: '' });
    const data = await run(file('receipt', receipt), '--jwks', jwks, '--json');
    expect(JSON.parse(data.out)).toMatchObject({ decision: 'ALLOW', iss: BASE });
    const changed = await run(file('changed', `${receipt.slice(0, -2)}${receipt.endsWith('AA') ? 'BB' : 'AA'}`), '--jwks', jwks);
    expect([changed.code, changed.out, changed.err]).toEqual([1, '', expect.stringMatching(/^polity: /)]);
    expect(await run(file('receipt', receipt), '--jwks', jwks, '--issuer', 'https://elsewhere.example')).toMatchObject({ code: 1, err: 'polity: The receipt is of another instance: https://pdp.example.com.\n' });
  });

  test('is told by its exit code when it was called wrongly', async () => {
    const receipt = file('receipt', await receiptOf());
    expect(await run(receipt, '--jwks', '/no/such/file')).toMatchObject({ code: 2, err: expect.stringContaining('--jwks: /no/such/file cannot be read (ENOENT)') });
    expect(await run(receipt, '--jwks', file('text', 'no JSON'))).toMatchObject({ code: 2, err: expect.stringContaining('--jwks: this is no JSON') });
    expect(await run(receipt, '--jwks', file('null', 'null'))).toMatchObject({ code: 1, err: 'polity: The key set is no JSON Web Key Set.\n' });
  });

  test('holds the rules of an export against it', async () => {
    const jwks = file('jwks.json', JSON.stringify(await keySet()));
    const receipt = file('receipt', await receiptOf());
    const exported = async (name: string): Promise<string> => {
      const { jsonl } = await server.admin.mutate<{ jsonl: string }>('exportSpace', { spaceId: model.spaceId }, 'jsonl');
      return file(name, jsonl);
    };
    expect(await run(receipt, '--jwks', jwks, '--facts', await exported('before'))).toMatchObject({ code: 0 });
    // A Role that is assigned is no rule; one that gets the permission is.
    await server.admin.mutate('createMemberRole', { memberId: model.memberId('ben'), roleId: 'role_receipts_1' }, 'memberRole { id }');
    expect(await run(receipt, '--jwks', jwks, '--facts', await exported('assigned'))).toMatchObject({ code: 0 });
    await server.admin.mutate('createRolePermission', { roleId: 'role_receipts_1', permissionId: 'perm_receipts_0' }, 'rolePermission { id }');
    expect(await run(receipt, '--jwks', jwks, '--facts', await exported('granted'))).toMatchObject({ code: 1, err: 'polity: The rules of the export are not those that were in force.\n' });
    expect(await run(file('later', await receiptOf()), '--jwks', jwks, '--facts', await exported('later-facts'))).toMatchObject({ code: 0 });
  });
});
