import { assertSuppliedId, ID_PREFIXES, isId, newId, typeOfId, type IdType } from './index.js';

describe('ID_PREFIXES', () => {
  test('no prefix serves two types or contains the separator', () => {
    const prefixes = Object.values(ID_PREFIXES);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (const prefix of prefixes) expect(prefix).toMatch(/^[a-z]{2,8}$/);
  });
});

describe('newId', () => {
  test('is the prefix and a UUIDv7 in hexadecimal', () => {
    expect(newId('user')).toMatch(/^user_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  });

  test.each(Object.entries(ID_PREFIXES))('makes a valid id of type %s', (type, prefix) => {
    const id = newId(prefix);
    expect(isId(id)).toBe(true);
    expect(typeOfId(id)).toBe(type);
    expect(() => assertSuppliedId(type as IdType, id)).not.toThrow();
  });

  test('sorts in the order of making', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('audit'));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isId', () => {
  test.each(['abc', 'A.b_c-9', 'x'.repeat(128), '...'])('accepts %s', (text) => {
    expect(isId(text)).toBe(true);
  });

  test.each(['', 'ab', 'x'.repeat(129), 'a b', 'a/b', 'abc\n', 'äbc', 'abc\0', 'ｕｓｅｒ'])('refuses %j', (text) => {
    expect(isId(text)).toBe(false);
  });
});

describe('typeOfId', () => {
  test.each([
    ['user_alice', 'User'],
    ['um_alice_finance', 'UserMember'],
    ['res_1', 'Resource'],
    ['invoice_001', 'Resource'],
    ['User_alice', 'Resource'],
    ['useralice', 'Resource'],
    ['user.alice', 'Resource'],
    ['users_alice', 'Resource'],
    ['_user', 'Resource'],
    ['constructor_x', 'Resource'],
  ])('%s is a %s', (id, type) => {
    expect(typeOfId(id)).toBe(type);
  });
});

describe('assertSuppliedId', () => {
  test.each<[IdType, string]>([
    ['User', 'user_alice'],
    ['Group', 'group_finance_apac'],
    ['Resource', 'invoice_001'],
    ['Resource', 'res_001'],
    ['Resource', '2026-11.invoice'],
  ])('%s may be %s', (type, id) => {
    expect(() => assertSuppliedId(type, id)).not.toThrow();
  });

  test.each<[IdType, string]>([
    ['User', 'alice'],
    ['User', 'user_'],
    ['User', 'User_alice'],
    ['User', 'member_alice'],
    ['User', 'user_a b'],
    ['Resource', 'x'],
    ['Resource', ''],
  ])('%s may not be %j: malformed', (type, id) => {
    expect(() => assertSuppliedId(type, id)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED', path: ['input', 'id'] }));
  });

  test.each(['user_alice', 'audit_x', 'plg_mail'])('a Resource may not be %s: reserved, and answered as taken', (id) => {
    expect(() => assertSuppliedId('Resource', id, ['input', 'items', 2, 'id'])).toThrow(
      expect.objectContaining({ code: 'ID_UNAVAILABLE', path: ['input', 'items', 2, 'id'] }),
    );
  });
});
