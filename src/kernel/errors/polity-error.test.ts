import { ERROR_CODES } from './error-codes.js';
import { invalid, invariant, isPolityError, notFound, PolityError, type NamedEntity } from './index.js';

describe('PolityError', () => {
  test('carries code, kind, status, path, details and cause', () => {
    const cause = new Error('row changed');
    const error = new PolityError('CONFLICT', 'Read it again.', { path: ['input', 'version'], details: { version: 3 }, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'PolityError',
      code: 'CONFLICT',
      kind: 'user',
      httpStatus: 409,
      message: 'Read it again.',
      path: ['input', 'version'],
      details: { version: 3 },
    });
    expect(error.cause).toBe(cause);
  });

  test('has no cause unless one is given', () => {
    expect('cause' in new PolityError('NOT_READY', 'Starting.')).toBe(false);
  });
});

describe('isPolityError', () => {
  test.each([
    [new PolityError('NOT_READY', 'Starting.'), true],
    [new Error('x'), false],
    [{ name: 'PolityError', code: 'CONFLICT' }, false],
    [undefined, false],
  ])('%p: %p', (value, expected) => {
    expect(isPolityError(value)).toBe(expected);
  });
});

describe('invalid', () => {
  test('names the input path and defaults to VALIDATION_FAILED', () => {
    expect(invalid(['input', 'key'], 'Use lower case.')).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: 'Use lower case.',
      path: ['input', 'key'],
    });
  });

  test('takes a narrower user code', () => {
    expect(invalid(['input', 'parentId'], 'A Group cannot be its own ancestor.', 'GROUP_CYCLE').code).toBe('GROUP_CYCLE');
  });
});

describe('notFound', () => {
  test('has one entity for every _NOT_FOUND code', () => {
    const codes = Object.keys(ERROR_CODES).filter((code) => code.endsWith('_NOT_FOUND'));
    const pascal = (code: string) =>
      code.replace('_NOT_FOUND', '').toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    for (const code of codes) expect(notFound(pascal(code) as NamedEntity).code).toBe(code);
  });

  test('names the input path and not the id', () => {
    const error = notFound('Group', ['input', 'groupId']);
    expect(error).toMatchObject({ code: 'GROUP_NOT_FOUND', path: ['input', 'groupId'], message: 'This Group does not exist.' });
    expect(notFound('Group').path).toBeUndefined();
  });
});

describe('invariant', () => {
  test('passes what is true and makes the rest an internal error', () => {
    expect(() => invariant(1, 'never')).not.toThrow();
    expect(() => invariant(undefined, 'The head row is missing.')).toThrow(
      expect.objectContaining({ code: 'INTERNAL_ERROR', message: 'The head row is missing.' }),
    );
  });
});
