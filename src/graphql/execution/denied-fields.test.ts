import { gatherDenied, isDenial } from './denied-fields.js';

const error = (code: string, path?: (string | number)[], extensions = {}) => ({ message: code, path, extensions: { code, ...extensions } });
const UNAUTHORIZED = 'UNAUTHORIZED_FIELD_OR_TYPE';

describe('gatherDenied', () => {
  test('a field denied in every item of a list is one error with @', () => {
    const { errors, denied } = gatherDenied([0, 1, 2].flatMap((index) => [error(UNAUTHORIZED, ['users', index, 'email']), error(UNAUTHORIZED, ['users', index, 'posts', 7, 'text'])]));
    expect(errors).toEqual([error(UNAUTHORIZED, ['users', '@', 'email']), error(UNAUTHORIZED, ['users', '@', 'posts', '@', 'text'])]);
    expect([...denied]).toEqual([['users.@.email', UNAUTHORIZED], ['users.@.posts.@.text', UNAUTHORIZED]]);
  });
  test('different fields stay different', () => {
    expect(gatherDenied([error(UNAUTHORIZED, ['a']), error(UNAUTHORIZED, ['b'])]).errors).toHaveLength(2);
  });
  test('denials of services keep their places and are gathered for the log', () => {
    const errors = [error('ADMIN_PERMISSION_REQUIRED', ['x', 0, 'y']), error('ADMIN_PERMISSION_REQUIRED', ['x', 1, 'y'])];
    expect(gatherDenied(errors)).toEqual({ errors, denied: new Map([['x.@.y', 'ADMIN_PERMISSION_REQUIRED']]) });
  });
  test('a refusal in strict mode gives its coordinates', () => {
    const refusal = error(UNAUTHORIZED, undefined, { coordinates: ['Query.me', 'User.email'] });
    expect(gatherDenied([refusal])).toEqual({ errors: [refusal], denied: new Map([['Query.me', UNAUTHORIZED], ['User.email', UNAUTHORIZED]]) });
  });
  test('other errors are left alone, in order', () => {
    const errors = [error('INTERNAL_ERROR', ['a', 0]), { message: 'no code' }, error('VALIDATION_FAILED', ['a', 1])];
    expect(gatherDenied(errors)).toEqual({ errors, denied: new Map() });
  });
});

test.each([[UNAUTHORIZED, true], ['AUTHORIZATION_DENIED', true], ['VALIDATION_FAILED', false], [undefined, false], [1, false]])('isDenial(%p) is %p', (code, expected) => {
  expect(isDenial(code)).toBe(expected);
});
