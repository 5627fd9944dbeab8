import type { IncomingMessage, ServerResponse } from 'node:http';
import { Cors } from './cors.js';

function ask(cors: Cors, method: string, headers: Record<string, string>): { answered: boolean; status: number; headers: Record<string, unknown> } {
  const sent: Record<string, unknown> = {};
  const response = { statusCode: 200, setHeader: (name: string, value: unknown) => { sent[name] = value; }, end: () => undefined } as unknown as ServerResponse;
  const answered = cors.handle({ method, headers } as unknown as IncomingMessage, response);
  return { answered, status: response.statusCode, headers: sent };
}

const allowed = 'https://app.example.com';
const cors = new Cors([allowed, 'http://localhost:3000'], 'x-correlation-id');
const preflight = { 'access-control-request-method': 'POST' };

describe('Cors', () => {
  test('names an allowed origin, never a star, never credentials', () => {
    expect(ask(cors, 'POST', { origin: allowed })).toEqual({
      answered: false, status: 200, headers: { vary: 'Origin', 'access-control-allow-origin': allowed, 'access-control-expose-headers': 'x-correlation-id' },
    });
  });
  test('answers its preflight', () => {
    const { answered, status, headers } = ask(cors, 'OPTIONS', { origin: allowed, ...preflight });
    expect([answered, status]).toEqual([true, 204]);
    expect(headers).toMatchObject({
      'access-control-allow-origin': allowed, 'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, x-polity-api-key, x-polity-cost, x-polity-trace, x-correlation-id',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });
  test.each(['https://example.com', 'https://app.example.com.evil.org', 'http://app.example.com', 'null', '*', 'https://APP.example.com'])('says nothing to %s', (origin) => {
    for (const method of ['POST', 'OPTIONS']) expect(ask(cors, method, { origin, ...preflight }).headers).toEqual({ vary: 'Origin' });
  });
  test('is off without origins', () => {
    const off = new Cors([], 'x-request-id');
    expect(ask(off, 'POST', { origin: allowed })).toEqual({ answered: false, status: 200, headers: {} });
    expect(ask(off, 'OPTIONS', { origin: allowed, ...preflight })).toEqual({ answered: true, status: 204, headers: {} });
  });
  test('leaves a plain OPTIONS to the routes', () => {
    expect(ask(cors, 'OPTIONS', { origin: allowed }).answered).toBe(false);
  });
});
