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
  test('has one handler for each', () => {
    expect(() => routes.add('GET', '/a', handler)).toThrow('the route GET /a has a handler');
  });
});
