import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { startTestServer, type TestServer } from '../../support/server.js';

const BASE = 'https://pdp.example.com';
const WELL_KNOWN = '/.well-known/authzen-configuration';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_PUBLIC_URL: BASE } });
});
afterAll(() => server.stop());

const keysOf = async (from: TestServer): Promise<JSONWebKeySet> => (await fetch(`${from.url}/.well-known/jwks.json`)).json() as Promise<JSONWebKeySet>;

// By node:http, because fetch sends no Host but its own.
async function configuration(from: TestServer = server, path = WELL_KNOWN, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => get(`${from.url}${path}`, { headers }, resolve).on('error', reject));
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, expect.stringMatching(/^application\/json/)]);
  return (await json(response)) as Record<string, unknown>;
}

test('c-6 metadata: addresses under the base that it was found by, capabilities, and a signed form', async () => {
  const { signed_metadata: signed, ...metadata } = await configuration();
  expect(metadata).toEqual({
    policy_decision_point: BASE,
    access_evaluation_endpoint: `${BASE}/access/v1/evaluation`,
    access_evaluations_endpoint: `${BASE}/access/v1/evaluations`,
    search_subject_endpoint: `${BASE}/access/v1/search/subject`,
    search_resource_endpoint: `${BASE}/access/v1/search/resource`,
    search_action_endpoint: `${BASE}/access/v1/search/action`,
    capabilities: expect.arrayContaining([expect.stringMatching(/^urn:/)]),
    jwks_uri: `${BASE}/.well-known/jwks.json`,
  });
  for (const endpoint of Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint'))) expect(new URL(endpoint[1] as string).protocol).toBe('https:');
  const { payload } = await jwtVerify(signed as string, createLocalJWKSet(await keysOf(server)), { issuer: BASE, algorithms: ['EdDSA'], typ: 'authzen-metadata+jwt' });
  expect(payload).toEqual({ ...metadata, iss: BASE, iat: expect.any(Number) });
  expect(payload).not.toHaveProperty('signed_metadata');
});

test('the Host header changes nothing', async () => {
  const asked = await configuration(server, WELL_KNOWN, { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' });
  expect(JSON.stringify(asked)).not.toContain('evil.example');
  expect(JSON.stringify(decodeJwt(asked['signed_metadata'] as string))).not.toContain('evil.example');
});

test('signed metadata is no access token', async () => {
  const { signed_metadata: signed } = await configuration();
  expect(decodeProtectedHeader(signed as string).typ).toBe('authzen-metadata+jwt');
  expect((await fetch(`${server.url}/access/v1/evaluation`, { method: 'POST', headers: { authorization: `Bearer ${signed as string}` } })).status).toBe(401);
});

test('behind a path the document lies between host and path, and names the addresses below it', async () => {
  const behind = await startTestServer({ environment: { POLITY_PUBLIC_URL: 'https://example.com/polity/' } });
  try {
    expect(await configuration(behind, `${WELL_KNOWN}/polity`)).toMatchObject({
      policy_decision_point: 'https://example.com/polity', access_evaluation_endpoint: 'https://example.com/polity/access/v1/evaluation',
    });
  } finally {
    await behind.stop();
  }
});

test('without a public address those of the settings are named', async () => {
  const local = await startTestServer();
  try {
    expect(await configuration(local, WELL_KNOWN, { host: 'evil.example' })).toMatchObject({ policy_decision_point: 'http://127.0.0.1:0' });
  } finally {
    await local.stop();
  }
});

test('/.well-known/polity names metadata and OpenAPI document', async () => {
  const found = (await (await fetch(`${server.url}/.well-known/polity`)).json()) as Record<string, string>;
  expect(found).toMatchObject({ authzen: `${BASE}${WELL_KNOWN}`, openapi: `${BASE}/openapi.json` });
});
