import { EventSubscriptions } from './event-subscriptions.js';
import { KernelRegistries } from './kernel-registries.js';
import { OwnedRegistry } from './owned-registry.js';

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('OwnedRegistry', () => {
  test('keeps values with their owners, in order', () => {
    const registry = new OwnedRegistry<string, number>('thing');
    registry.register('b.owner', 'two', 2);
    registry.register('a.owner', 'one', 1);
    expect(registry.get('one')).toBe(1);
    expect(registry.owner('two')).toBe('b.owner');
    expect(registry.get('three')).toBeUndefined();
    expect(registry.owner('three')).toBeUndefined();
    expect(registry.list()).toEqual([
      { owner: 'b.owner', key: 'two', value: 2 },
      { owner: 'a.owner', key: 'one', value: 1 },
    ]);
    expect(registry.list().every(Object.isFrozen)).toBe(true);
  });

  test('refuses a second owner, naming both, and a second time by the same one', () => {
    const registry = new OwnedRegistry<string, number>('permission');
    registry.register('a.owner', 'users:read', 1);
    expect(() => registry.register('b.owner', 'users:read', 2)).toThrow(
      failure('CAPABILITY_CONFLICT', /"b\.owner" .*permission "users:read".*"a\.owner"/),
    );
    expect(() => registry.register('a.owner', 'users:read', 2)).toThrow(failure('CAPABILITY_CONFLICT', '"a.owner"'));
    expect(registry.get('users:read')).toBe(1);
  });

  test('after seal nothing is registered', () => {
    const registry = new OwnedRegistry<string, number>('thing');
    registry.seal();
    expect(() => registry.register('a.owner', 'one', 1)).toThrow(failure('CAPABILITY_PROTECTED', /thing "one"/));
    expect(registry.list()).toEqual([]);
  });
});

describe('EventSubscriptions', () => {
  const handler = () => undefined;

  test('takes any number of owners for one type', () => {
    const subscriptions = new EventSubscriptions();
    subscriptions.register('b.owner', 'user.created', handler);
    subscriptions.register('a.owner', 'user.created', handler);
    expect(subscriptions.to('user.created').map(({ owner }) => owner)).toEqual(['b.owner', 'a.owner']);
    expect(subscriptions.to('user.deleted')).toEqual([]);
    expect(subscriptions.list()).toHaveLength(2);
  });

  test('refuses an owner twice, and anybody after seal', () => {
    const subscriptions = new EventSubscriptions();
    subscriptions.register('a.owner', 'user.created', handler);
    expect(() => subscriptions.register('a.owner', 'user.created', handler)).toThrow(failure('CAPABILITY_CONFLICT', 'twice'));
    subscriptions.seal();
    expect(() => subscriptions.register('b.owner', 'user.created', handler)).toThrow(failure('CAPABILITY_PROTECTED', 'sealed'));
  });
});

describe('KernelRegistries', () => {
  test('routes that differ only in parameter names are the same route', () => {
    const { routes } = new KernelRegistries();
    const handler = () => undefined;
    routes.register('a.owner', 'GET /things/{id}', { method: 'GET', path: '/things/{id}', handler });
    routes.register('a.owner', 'POST /things/{id}', { method: 'POST', path: '/things/{id}', handler });
    expect(() => routes.register('b.owner', 'GET /things/{name}', { method: 'GET', path: '/things/{name}', handler })).toThrow(
      failure('CAPABILITY_CONFLICT', /"GET \/things\/\{id\}"/),
    );
    expect(routes.owner('GET /things/{any}')).toBe('a.owner');
  });

  test('seals every registry and cannot be given another one', () => {
    const registries = new KernelRegistries();
    registries.seal();
    for (const registry of Object.values(registries)) {
      expect(() => registry.register('a.owner', 'x' as never, 'x' as never)).toThrow(failure('CAPABILITY_PROTECTED', 'sealed'));
    }
    expect(() => Object.assign(registries, { permissions: new OwnedRegistry('permission') })).toThrow(TypeError);
  });
});
