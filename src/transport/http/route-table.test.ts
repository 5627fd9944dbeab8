import { RouteTable } from './route-table.js';

const handler = (): void => undefined;

describe('RouteTable', () => {
  const routes = new RouteTable().add('GET', '/a', handler).add('POST', '/a', handler).add('POST', '/b', handler);

  test('finds exact paths by method; HEAD is GET', () => {
    expect(['GET', 'POST', 'HEAD'].map((method) => routes.find(method, '/a'))).toEqual([handler, handler, handler]);
    expect([routes.find('GET', '/b'), routes.find('PUT', '/a'), routes.find('HEAD', '/b')]).toEqual(['method', 'method', 'method']);
    expect(['/', '/a/', '/A', '/a/b', '/constructor'].map((path) => routes.find('GET', path))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
  test('knows the methods of a path', () => {
    expect([routes.methods('/a'), routes.methods('/none')]).toEqual([['GET', 'POST'], []]);
  });
  test('takes what is declared and nothing else, and says what nobody serves', () => {
    const declared = new RouteTable([{ method: 'GET', path: '/a' }, { method: 'POST', path: '/a' }, { method: 'GET', path: '/maybe', isOptional: true }]);
    expect(() => declared.add('GET', '/b', handler)).toThrow('the route GET /b is not declared');
    expect(() => declared.add('POST', '/maybe', handler)).toThrow('the route POST /maybe is not declared');
    declared.add('GET', '/a', handler);
    expect(() => declared.assertComplete()).toThrow('nobody serves POST /a');
    declared.add('POST', '/a', handler);
    declared.add('GET', '/elsewhere', handler, '/a');
    expect(() => declared.assertComplete()).not.toThrow();
    expect(declared.find('GET', '/elsewhere')).toBe(handler);
  });
  test('has one handler for each', () => {
    expect(() => routes.add('GET', '/a', handler)).toThrow('the route GET /a has a handler');
  });
});
