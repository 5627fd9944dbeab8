import { credentialsOf } from './credentials.js';

describe('credentialsOf', () => {
  test.each<[unknown, string | undefined]>([
    ['Bearer abc.def', 'abc.def'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['Basic YTpi', 'malformed'],
    ['Bearer', 'malformed'],
    ['Bearer a b', 'malformed'],
    ['abc', 'malformed'],
    [`Bearer ${'x'.repeat(8193)}`, 'malformed'],
    [7, 'malformed'],
    [{ token: 'x' }, 'malformed'],
    [false, 'malformed'],
  ])('authorization %p is the bearer %p', (authorization, bearer) => {
    expect(credentialsOf({ authorization })).toEqual({ bearer, apiKey: undefined });
  });
  test.each<[unknown, string | undefined]>([['plk_1', 'plk_1'], ['', undefined], [undefined, undefined], [['a'], 'malformed'], [1, 'malformed']])('API key %p is %p', (apiKey, expected) => {
    expect(credentialsOf({ apiKey })).toEqual({ bearer: undefined, apiKey: expected });
  });
});
