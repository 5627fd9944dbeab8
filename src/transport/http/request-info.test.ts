import type { IncomingMessage } from 'node:http';
import { RequestInfoReader } from './request-info.js';

const reader = new RequestInfoReader('X-Request-Id', ['10.0.0.0/8', '192.0.2.10', 'fd00::/8'], () => 1_000);
const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage => ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;
const address = (remote: string | undefined, forwarded?: string, realIp?: string): string | undefined =>
  reader.clientAddress(request(remote, { ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), ...(realIp === undefined ? {} : { 'x-real-ip': realIp }) }));

describe('request id', () => {
  const idOf = (id: string): string => reader.read(request('192.0.2.1', { 'x-request-id': id })).id;

  test.each(['req_test_envelope', 'a', 'x'.repeat(128), '8f14e45f-ceea/4a:+=@~!'])('%s is kept', (id) => {
    expect(idOf(id)).toBe(id);
  });
  test.each([
    ['HT-3 longer than 128', 'x'.repeat(129)], ['empty', ''], ['a quote', 'a"b'], ['a backslash', 'a\\b'], ['a space', 'a b'], ['two headers', 'a, b'], ['a control character', 'a\u0007'],
    ['more than ASCII', 'ä'],
  ])('%s is replaced by one of ours', (_name, id) => {
    expect(idOf(id)).toMatch(/^req_[0-9a-f]{32}$/);
  });
  test('is made when none came, each time another', () => {
    const made = [1, 2].map(() => reader.read(request('192.0.2.1')).id);
    expect(new Set(made).size).toBe(2);
  });
});

describe('client address', () => {
  test('HT-13 a peer that is no trusted proxy is the client, whatever it says', () => {
    expect(address('198.51.100.25', '203.0.113.7', '203.0.113.8')).toBe('198.51.100.25');
  });
  test('HT-14 a trusted proxy is believed, walking back over trusted hops', () => {
    expect(address('10.1.2.3', '203.0.113.7, 10.1.2.3')).toBe('203.0.113.7');
    expect(address('10.1.2.3', '203.0.113.7,10.9.9.9 , 192.0.2.10')).toBe('203.0.113.7');
  });
  test('HT-15 X-Real-IP counts from a trusted proxy', () => {
    expect(address('192.0.2.10', undefined, '203.0.113.8')).toBe('203.0.113.8');
  });
  test('what a client wrote left of its own address is not believed', () => {
    expect(address('10.1.2.3', '1.2.3.4, 203.0.113.7')).toBe('203.0.113.7');
    expect(address('10.1.2.3', '10.0.0.1, 203.0.113.7, 10.2.2.2')).toBe('203.0.113.7');
  });
  test('a chain of trusted hops ends at the furthest', () => {
    expect(address('10.1.2.3', '10.0.0.5, 10.0.0.6', '203.0.113.8')).toBe('10.0.0.5');
  });
  test.each(['unknown', '', 'not an address', '203.0.113.7:80', '0x7f.1', '010.0.0.1', '2130706433', '203.0.113'])('a hop that is no address (%s) ends the walk', (hop) => {
    expect(address('10.1.2.3', `203.0.113.7, ${hop}, 10.4.4.4`)).toBe('10.4.4.4');
    expect(address('10.1.2.3', hop)).toBe('10.1.2.3');
    expect(address('10.1.2.3', undefined, hop)).toBe('10.1.2.3');
  });
  test('knows IPv6, and IPv4 inside it', () => {
    expect(address('::ffff:10.1.2.3', '2001:db8::7')).toBe('2001:db8::7');
    expect(address('fd00::1', '::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(address('2001:db8::9', '203.0.113.7')).toBe('2001:db8::9');
  });
  test('is absent for a connection that is gone', () => {
    expect(address(undefined, '203.0.113.7')).toBeUndefined();
  });
});

test('the agent is cut, the clock is asked', () => {
  const { userAgent, now } = reader.read(request('192.0.2.1', { 'user-agent': 'x'.repeat(2_000) }));
  expect([userAgent?.length, now]).toEqual([512, 1_000]);
});
