import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { SignJWT, base64url, decodeJwt, decodeProtectedHeader } from 'jose';
import { MemoryKeyring } from '../../../identity/services/credentials/testing/memory-keyring.js';
import { InstanceSigner } from '../../../shared/services/index.js';
import { decide, type Question } from '../../engine/index.js';
import { ALICE, openFinanceWorld, type FinanceWorld } from '../../testing/finance-world.js';
import type { DecidedQuestion } from '../decision-record.js';
import { FactLoader } from '../fact-loader.js';
import { encodeRevision } from '../revision-token.js';
import { Receipts } from './receipts.js';
import { StoredRules } from './stored-rules.js';
import { verifyReceipt } from './verify-receipt.js';

const ISSUER = 'https://polity.example.com';
const NOW = Date.parse('2026-11-20T12:00:00.500Z');

let store: TestDatabase;
let world: FinanceWorld;
let keyring: MemoryKeyring;
let receipts: Receipts;

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
});

beforeEach(() => {
  keyring = new MemoryKeyring(() => NOW);
  receipts = new Receipts({ signer: new InstanceSigner(() => keyring), issuer: () => ISSUER, rules: new StoredRules(world.database) });
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

const keySet = async () => ({ keys: await receipts.publicKeys() });

async function decided(more: Partial<Question> = {}): Promise<DecidedQuestion> {
  const question: Question = { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', ...more };
  const [facts] = await new FactLoader(world.database).load([{ question, mode: 'stored' }]);
  return { question, mode: 'stored', inline: {}, names: {}, facts: facts!, decision: decide(question, facts!, NOW), candidates: [], traceId: 'trc_1' };
}

const signed = async (more: Partial<Question> = {}): Promise<string> => receipts.sign(await decided(more), 'audit_1', NOW);

test('says what was decided, why, and over what', async () => {
  const { facts } = await decided();
  expect(await verifyReceipt(await signed(), await keySet(), ISSUER)).toEqual({
    iss: ISSUER,
    iat: Math.floor(NOW / 1000),
    jti: 'trc_1',
    decision: 'ALLOW',
    question: {
      user_id: 'user_alice', member_id: 'member_finance_reviewer', user_member_id: 'um_alice_finance_reviewer', space_id: 'space_acme',
      resource_type: 'invoice', resource_id: 'invoice_001', action: 'approve',
    },
    matched: {
      member_role_id: 'mr_finance_reviewer_approver_finance', role_id: 'role_finance_approver', role_permission_id: 'rp_approve',
      permission_id: 'perm_invoice_approve_group_tree', anchor_group_id: 'group_finance',
    },
    context_mode: 'stored',
    revision: encodeRevision('space_acme', facts.revision),
    audit_event_id: 'audit_1',
    model_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(decodeProtectedHeader(await signed())).toEqual({ alg: 'EdDSA', typ: 'decision-receipt+jwt', kid: (await keyring.current('decision_receipt')).kid });
});

test('a deny names its code, and what came with the request is bound by its hash', async () => {
  const claims = decodeJwt(await signed({ resourceId: 'invoice_002', input: { context: { ip: '192.0.2.1' }, resource: { status: 'open' } } }));
  expect(claims).toMatchObject({ decision: 'DENY', deny_code: 'SCOPE_OUT_OF_BOUNDS', input_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const sameInput = decodeJwt(await signed({ resourceId: 'invoice_002', input: { resource: { status: 'open' }, context: { ip: '192.0.2.1' } } }));
  const otherInput = decodeJwt(await signed({ resourceId: 'invoice_002', input: { resource: { status: 'closed' }, context: { ip: '192.0.2.1' } } }));
  expect([sameInput['input_sha256'] === claims['input_sha256'], otherInput['input_sha256'] === claims['input_sha256']]).toEqual([true, false]);
});

test('nobody is left out, and a decision over inline grants names no model', async () => {
  const machine = await receipts.sign(await decided({ actor: { userId: '', memberId: 'member_finance_reviewer', userMemberId: '', spaceId: 'space_acme', isMachine: true } }), undefined, NOW);
  expect(decodeJwt(machine)).toMatchObject({ audit_event_id: null, question: { acts_by_itself: true } });
  expect(decodeJwt(machine)['question']).not.toHaveProperty('user_id');
  const inline = await receipts.sign({ ...(await decided()), mode: 'inline', inline: { grants: [] } }, 'audit_1', NOW);
  expect(decodeJwt(inline)).toMatchObject({ context_mode: 'inline', facts_sha256: expect.any(String) });
  expect(decodeJwt(inline)).not.toHaveProperty('model_sha256');
});

describe('is refused', () => {
  const refusal = async (receipt: string, keys: unknown, issuer = ISSUER): Promise<string> => {
    try {
      await verifyReceipt(receipt, keys, issuer);
      return 'accepted';
    } catch (error) {
      return (error as Error).name === 'ReceiptRefused' ? (error as Error).message : `unexpected ${String(error)}`;
    }
  };

  test('with any character changed', async () => {
    const receipt = await signed();
    const keys = await keySet();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    for (let at = 0; at < receipt.length; at += 1) {
      const other = alphabet.split('').filter((character) => character !== receipt[at]);
      for (const character of at > receipt.length - 4 ? other : [other[at % other.length]]) {
        expect([at, await refusal(`${receipt.slice(0, at)}${character}${receipt.slice(at + 1)}`, keys)]).not.toContain('accepted');
      }
    }
    expect(await refusal(receipt, keys)).toBe('accepted');
  });

  test('under another algorithm, also when the public key serves as a secret', async () => {
    const receipt = await signed();
    const keys = await keySet();
    const [, payload = '', signature = ''] = receipt.split('.');
    const head = decodeProtectedHeader(receipt);
    const forge = (alg: string, sign: (input: string) => string): string => {
      const input = `${base64url.encode(JSON.stringify({ ...head, alg }))}.${payload}`;
      return `${input}.${sign(input)}`;
    };
    const [{ x }] = keys.keys as [{ x: string }];
    const byKey = (input: string): string => createHmac('sha256', Buffer.from(x, 'base64url')).update(input).digest('base64url');
    for (const forged of [forge('HS256', byKey), forge('none', () => signature), forge('none', () => 'AA'), forge('ES256', () => signature), forge('Ed25519', () => signature)]) {
      expect(await refusal(forged, keys)).toBe('The algorithm is not EdDSA.');
    }
  });

  test('signed with a key of another purpose, whatever its type says', async () => {
    const token = await keyring.current('token_signing');
    const { x } = token.publicJwk as { x: string };
    const forged = await new SignJWT(decodeJwt(await signed())).setProtectedHeader({ alg: 'EdDSA', typ: 'decision-receipt+jwt', kid: token.kid })
      .sign({ kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(token.secret).toString('base64url') });
    const tokenKey = { kty: 'OKP', crv: 'Ed25519', x, kid: token.kid, alg: 'EdDSA', use: 'sig' };
    expect(await refusal(forged, { keys: [...(await receipts.publicKeys()), tokenKey] })).toBe('The key that the receipt names is not one that signs receipts.');
    expect(await refusal(forged, { keys: [{ ...tokenKey, purpose: 'token_signing' }] })).toBe('The key that the receipt names is not one that signs receipts.');
  });

  test('of another type, though the key is the right one', async () => {
    const key = await keyring.current('decision_receipt');
    const { x } = key.publicJwk as { x: string };
    const sign = (typ: string | undefined, more: object = {}): Promise<string> => new SignJWT(decodeJwt(receipt)).setProtectedHeader({ alg: 'EdDSA', ...(typ === undefined ? {} : { typ }), kid: key.kid, ...more })
      .sign({ kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(key.secret).toString('base64url') });
    const receipt = await signed();
    const keys = await keySet();
    expect(await refusal(await sign('at+jwt'), keys)).toBe('The type is not decision-receipt+jwt.');
    expect(await refusal(await sign(undefined), keys)).toBe('The header is not that of a receipt.');
    expect(await refusal(await sign('decision-receipt+jwt', { jku: 'https://elsewhere.example/jwks' }), keys)).toBe('The header is not that of a receipt.');
  });

  test.each([
    ['unknown keys', async () => [await signed(), { keys: [] }], 'The key set has no key with the id that the receipt names.'],
    ['a stranger under the same key id', async () => {
      const { kid } = await keyring.current('decision_receipt');
      const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
      return [await signed(), { keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig', purpose: 'decision_receipt' }] }];
    }, 'The signature does not match.'],
    ['no key set', async () => [await signed(), null], 'The key set is no JSON Web Key Set.'],
    ['no JWS', async () => [randomBytes(20).toString('hex'), await keySet()], 'This is no JWS in its compact form.'],
    ['padding', async () => [`${await signed()}=`, await keySet()], 'This is no JWS in its compact form.'],
  ] as const)('with %s', async (_, make, message) => {
    const [receipt, keys] = await make();
    expect(await refusal(receipt as string, keys)).toBe(message);
  });

  test('of another instance, and with claims that are none of a receipt', async () => {
    expect(await refusal(await signed(), await keySet(), 'https://elsewhere.example')).toBe('The receipt is of another instance: https://polity.example.com.');
    const key = await keyring.current('decision_receipt');
    const { x } = key.publicJwk as { x: string };
    const empty = await new SignJWT({ decision: 'ALLOW' }).setProtectedHeader({ alg: 'EdDSA', typ: 'decision-receipt+jwt', kid: key.kid })
      .sign({ kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(key.secret).toString('base64url') });
    expect(await refusal(empty, await keySet())).toBe('The claims are not those of a receipt.');
  });
});

test('stays verifiable after its key was rotated', async () => {
  const before = await signed();
  await keyring.rotate('decision_receipt');
  const after = await signed();
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
  const keys = await keySet();
  expect(keys.keys).toHaveLength(2);
  for (const receipt of [before, after]) expect(await verifyReceipt(receipt, keys, ISSUER)).toMatchObject({ jti: 'trc_1' });
  expect(JSON.stringify(keys)).not.toContain('"d"');
});

describe('the hash of the rules', () => {
  const hashNow = async (): Promise<unknown> => decodeJwt(await signed())['model_sha256'];

  test('is that of the revision of the decision, whatever changed since', async () => {
    const before = await decided();
    const first = decodeJwt(await receipts.sign(before, 'audit_1', NOW))['model_sha256'];
    await world.run(`UPDATE sys_authz.role_permissions SET status = 'revoked' WHERE id = 'rp_approve'`);
    const again = new Receipts({ signer: new InstanceSigner(() => keyring), issuer: () => ISSUER, rules: new StoredRules(world.database) });
    expect(decodeJwt(await again.sign(before, 'audit_1', NOW))['model_sha256']).toBe(first);
    expect(await hashNow()).not.toBe(first);
    await world.run(`UPDATE sys_authz.role_permissions SET status = 'active' WHERE id = 'rp_approve'`);
    expect(await hashNow()).toBe(first);
  });

  test.each([
    ['a condition', `UPDATE sys_authz.permissions SET condition = 'true' WHERE id = 'perm_invoice_approve_group_tree'`, `UPDATE sys_authz.permissions SET condition = NULL WHERE id = 'perm_invoice_approve_group_tree'`],
    ['an effect', `UPDATE sys_authz.permissions SET effect = 'deny' WHERE id = 'perm_invoice_approve_group_tree'`, `UPDATE sys_authz.permissions SET effect = 'allow' WHERE id = 'perm_invoice_approve_group_tree'`],
    ['a role that is disabled', `UPDATE sys_authz.roles SET status = 'disabled' WHERE id = 'role_finance_approver'`, `UPDATE sys_authz.roles SET status = 'active' WHERE id = 'role_finance_approver'`],
    ['an inheritance', `INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ('ri_1', 'space_acme', 'role_deleter', 'role_finance_approver')`,
      `UPDATE sys_authz.role_inheritances SET status = 'revoked' WHERE id = 'ri_1'`],
  ])('moves with %s, and back with it', async (_, change, back) => {
    const before = await hashNow();
    await world.run(change);
    expect(await hashNow()).not.toBe(before);
    await world.run(back);
    expect(await hashNow()).toBe(before);
  });

  test('does not move with what decides elsewhere', async () => {
    const before = await hashNow();
    await world.run(`
      INSERT INTO sys_authz.permissions (id, resource_type, action, scope) VALUES ('perm_other', 'invoice', 'reject', 'space'), ('perm_foreign', 'invoice', 'approve', 'space');
      INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ('rp_other', 'space_acme', 'role_deleter', 'perm_other'), ('rp_foreign', 'space_other', 'role_other', 'perm_foreign');
      INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id) VALUES ('mr_other', 'space_acme', 'member_invoice_creator', 'role_deleter')`);
    expect(await hashNow()).toBe(before);
  });

  test('is read once for a revision', async () => {
    const one = await decided();
    await receipts.sign(one, 'audit_1', NOW);
    const spy = jest.spyOn(world.database, 'query');
    await receipts.sign(one, 'audit_1', NOW);
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  });
});
