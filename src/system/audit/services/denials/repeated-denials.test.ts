import { FakeServices, callerWith } from '../../../../../test/support/graphql-fixture.js';
import { ANONYMOUS, auditLogRef, type Caller, type Denial, type RequestContext } from '../../../shared/contracts/index.js';
import { createRequestContext } from '../../../../transport/request-contexts.js';
import { RepeatedDenials } from './repeated-denials.js';

const services = new FakeServices();
const errors: unknown[] = [];
const opened: RepeatedDenials[] = [];
let now = 0;

beforeEach(() => {
  services.audit.splice(0);
  services.failure = undefined;
  errors.splice(0);
  now = 1_000;
});
afterEach(async () => {
  services.failure = undefined;
  for (const denials of opened.splice(0)) await denials.stop();
});

function denialsWith(windowMs = 60_000): RepeatedDenials {
  const denials = new RepeatedDenials({ auditLog: () => services.container.get(auditLogRef), windowMs, onError: (error) => errors.push(error) });
  opened.push(denials);
  return denials;
}

function asked(caller: Caller = callerWith('a'), ip = '203.0.113.1'): RequestContext {
  now += 10;
  return createRequestContext(services.container, { id: `req_${now}`, ip, now }, caller);
}

const denial = (more: Partial<Denial> = {}): Denial => ({ spaceId: '', operation: { id: 'Q', type: 'query' }, paths: ['user.email'], denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE', ...more });
const details = (): unknown[] => services.audit.map((entry) => entry.details);
const FIRST = { paths: ['user.email'], operation: 'query' };

test('the first is written at once; those alike are counted, and told with their times', async () => {
  const denials = denialsWith();
  for (let count = 0; count < 4; count++) await denials.record(asked(), denial());
  expect(details()).toEqual([FIRST]);
  await denials.flush();
  expect(details()).toEqual([FIRST, { ...FIRST, repeated: 3, from: 1_010, until: 1_040 }]);
  expect(services.audit[1]).toMatchObject({ type: 'access.denied', spaceId: '', target: { type: 'Operation', id: 'Q' }, decision: 'DENY', denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE' });
  await denials.flush();
  expect(details()).toHaveLength(2);
  await denials.record(asked(), denial());
  expect(details()).toHaveLength(3);
});

test.each<[string, RequestContext, Denial]>([
  ['another caller', asked(callerWith('b')), denial()],
  ['nobody in particular', asked(ANONYMOUS), denial()],
  ['another address', asked(undefined, '203.0.113.2'), denial()],
  ['another Space', asked(), denial({ spaceId: 'space_a' })],
  ['another operation', asked(), denial({ operation: { id: 'R', type: 'query' } })],
  ['another kind of operation', asked(), denial({ operation: { id: 'Q', type: 'subscription' } })],
  ['other fields', asked(), denial({ paths: ['user', 'email'] })],
  ['another code', asked(), denial({ denyCode: 'ADMIN_PERMISSION_REQUIRED' })],
])('%s is not alike', async (_name, context, other) => {
  const denials = denialsWith();
  await denials.record(asked(), denial());
  await denials.record(context, other);
  expect(services.audit).toHaveLength(2);
});

test.each<[string, number, Denial]>([['changes', 60_000, denial({ operation: { id: 'Q', type: 'mutation' } })], ['all, where the window is 0,', 0, denial()]])('%s are written one by one', async (_name, windowMs, each) => {
  const denials = denialsWith(windowMs);
  for (let count = 0; count < 3; count++) await denials.record(asked(), each);
  expect(services.audit).toHaveLength(3);
});

test('those that come while the first is being written wait for it, and fail with it', async () => {
  const denials = denialsWith();
  services.failure = new Error('gone');
  const all = await Promise.allSettled([denials.record(asked(), denial()), denials.record(asked(), denial()), denials.record(asked(), denial())]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  services.failure = undefined;
  await denials.record(asked(), denial());
  expect(details()).toEqual([FIRST]);
});

test('counts that cannot be written are kept and added to those that came meanwhile', async () => {
  const denials = denialsWith();
  for (let count = 0; count < 3; count++) await denials.record(asked(), denial());
  services.failure = new Error('gone');
  await denials.flush();
  expect([details(), errors]).toEqual([[FIRST], [services.failure]]);
  services.failure = undefined;
  await denials.record(asked(), denial());
  await denials.stop();
  expect(details()).toEqual([FIRST, { ...FIRST, repeated: 3, from: 1_010, until: 1_040 }]);
});

test('the paths of one event are bounded', async () => {
  await denialsWith().record(asked(), denial({ paths: Array.from({ length: 80 }, (_, index) => `p${index}`) }));
  expect(services.audit[0]?.details?.['paths']).toHaveLength(50);
});
