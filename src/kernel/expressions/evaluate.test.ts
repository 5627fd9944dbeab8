import { Bindings, compileExpression, type Declarations, type ExpressionError } from './index.js';

const DECLARATIONS: Declarations = {
  it: { name: 'string', other: 'string', flag: 'bool', count: 'int', at: 'timestamp', data: 'json' },
};
const AT = Date.parse('2026-03-29T01:30:05.250Z');
const evaluate = (source: string, data: unknown = {}, more: Record<string, unknown> = {}): unknown => {
  const outcome = compileExpression(source, DECLARATIONS).evaluate(new Bindings({ it: { name: 'ada', flag: true, count: 3, at: AT, data, ...more } }));
  return typeof outcome === 'boolean' ? outcome : outcome.error.replace(/ at .*/, '');
};
const refusal = (source: string): string => {
  try {
    return compileExpression(source, DECLARATIONS).source;
  } catch (error) {
    return (error as ExpressionError).reason;
  }
};

test.each<[string, unknown, boolean | string]>([
  ['it.data.amount < 1000', { amount: 999 }, true],
  ['it.data.amount < 1000', { amount: 999.5 }, true],
  ['it.data.amount < 1000', { amount: 1000 }, false],
  ['it.data.amount <= 1000.5', { amount: 1000 }, true],
  ['1000 > it.data.amount', { amount: 999 }, true],
  ['it.data.amount == 1000', { amount: 1000 }, true],
  ['it.data.amount == 1000.0', { amount: 1000 }, true],
  ['it.data.amount != 1000', { amount: 1000 }, false],
  ['it.data.amount in [1000, 2000]', { amount: 2000 }, true],
  ['it.data.amount in it.data.list', { amount: 2000, list: [1, 'x', 2000] }, true],
  ['it.data.amount + 1.0 > 3.0', { amount: 3 }, true],
  ['it.data.amount + 1 > 3', { amount: 3 }, 'no_such_overload'],
  ['int(it.data.amount) + 1 > 3', { amount: 3 }, true],
  ['it.data.amount < 9007199254740993', { amount: 9007199254740992 }, true],
  ['it.data.amount < 1000', { amount: '999' }, 'no_such_overload'],
  ['int(it.data.amount) < 1000', { amount: '999' }, true],
  ['int(it.data.amount) == 0', { amount: '' }, 'out_of_range'],
  ['int(it.data.amount) == 1', { amount: '0b1' }, 'out_of_range'],
  ['int(it.data.amount) > 0', { amount: 1e300 }, 'out_of_range'],
  ['int(it.data.amount) == 9223372036854775807', { amount: '9223372036854775807' }, true],
  ['int(it.data.amount) > 0', { amount: '9223372036854775808' }, 'out_of_range'],
  ['double(it.data.amount) == 0.5', { amount: '0.5' }, true],
  ['double(it.data.amount) == 16.0', { amount: '0x10' }, 'out_of_range'],
  ['double(it.data.amount) > 1.0', { amount: 'inf' }, 'out_of_range'],
  ['it.count == 3 && it.count < 3.5 && it.count * 2 == 6', {}, true],
  ['it.count / 0 == 1', {}, 'division_by_zero'],
  ['it.count + 9223372036854775807 > 0', {}, 'numeric_overflow'],
])('numbers: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.data.missing == 1', {}, 'no_such_key'],
  ['has(it.data.missing)', {}, false],
  ['has(it.data.x)', { x: null }, true],
  ['has(it.data.a.b)', { a: {} }, false],
  ['has(it.data.a.b)', {}, 'no_such_key'],
  ['has(it.other)', {}, false],
  ['it.other == "x"', {}, 'no_such_key'],
  ['!has(it.other) || it.other == "x"', {}, true],
  ['it.data.x == null', { x: null }, true],
  ['it.data.x == null', { x: 0 }, false],
  ['"x" in it.data', { x: null }, true],
  ['"y" in it.data', { x: null }, false],
  ['1 in it.data', { x: null }, 'no_such_overload'],
  ['it.data.list[1] == "b"', { list: ['a', 'b'] }, true],
  ['it.data.list[2] == "b"', { list: ['a', 'b'] }, 'index_out_of_bounds'],
  ['it.data.list[-1] == "b"', { list: ['a', 'b'] }, 'index_out_of_bounds'],
  ['it.data["a b"] == 1', { 'a b': 1 }, true],
  ['it.data[it.name] == 1', { ada: 1 }, true],
  ['it["name"] == "ada"', {}, true],
  ['size(it.data) == 2 && it.data.size() == 2', { a: 1, b: 1 }, true],
  ['size(it.data.list) == 2 && size("äö") == 2', { list: [1, 2] }, true],
])('fields: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.data.l.all(x, x > 0)', { l: [1, 2] }, true],
  ['it.data.l.all(x, x > 1)', { l: [1, 2] }, false],
  ['it.data.l.all(x, x > 1)', { l: [] }, true],
  ['it.data.l.all(x, x.a > 1)', { l: [{ a: 2 }, {}] }, 'no_such_key'],
  ['it.data.l.all(x, x.a > 1)', { l: [{}, { a: 0 }] }, false],
  ['it.data.l.exists(x, x.a == 1)', { l: [{}, { a: 1 }] }, true],
  ['it.data.l.exists(x, x.a == 1)', { l: [{}, { a: 2 }] }, 'no_such_key'],
  ['it.data.l.exists_one(x, x == 1)', { l: [1, 2, 1] }, false],
  ['it.data.l.filter(x, x > 1).size() == 2', { l: [1, 2, 3] }, true],
  ['it.data.exists(key, key == "a")', { a: 1 }, true],
  ['it.data.l.exists(x, it.data.m.exists(y, x == y))', { l: [1, 2], m: [3, 2] }, true],
  ['it.data.l.exists(x, x)', { l: [1] }, 'invalid_condition_type'],
  ['it.data.l.exists(x, true)', { l: 'text' }, 'invalid_comprehension_range'],
])('lists: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.name.startsWith("a") && it.name.endsWith("a") && it.name.contains("d")', {}, true],
  ['it.name.matches("^[a-d]+$")', {}, true],
  ['it.name.matches("d")', {}, true],
  ['it.name.matches("^d")', {}, false],
  ['it.data.x.matches("^(a+)+$")', { x: `${'a'.repeat(5_000)}b` }, false],
  ['it.data.x.matches("a")', { x: 1 }, 'no_matching_overload'],
  ['it.data.x.lowerAscii() == "aÄk"', { x: 'AÄK' }, true],
  ['it.data.x.upperAscii() == "AäK"', { x: 'aäk' }, true],
  ['it.data.x == "k"', { x: '\u212A' }, false],
  ['it.data.x.lowerAscii() == "k"', { x: '\u212A' }, false],
  ['it.name + "x" == "adax"', {}, true],
  ['it.name < "b"', {}, true],
])('text: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.at == timestamp("2026-03-29T01:30:05.25Z")', {}, true],
  ['it.at > timestamp(it.data.since)', { since: '2026-03-29T00:30:00+00:00' }, true],
  ['it.at > timestamp(it.data.since)', { since: 'January 1, 2024 10:00:00' }, 'invalid_value'],
  ['it.at > timestamp(it.data.since)', { since: '2026-02-30T00:00:00Z' }, 'invalid_value'],
  ['it.at > timestamp(it.data.since)', { since: '2026-02-28T24:00:00Z' }, 'invalid_value'],
  ['it.at < timestamp(it.data.since) + duration(it.data.length)', { since: '2026-03-29T00:00:00Z', length: '1h30m6s' }, true],
  ['it.at - timestamp("2026-03-29T00:00:00Z") == duration("1h30m5.25s")', {}, true],
  ['it.at - duration("-1s") > it.at', {}, true],
  ['duration(it.data.length) > duration("0s")', { length: '9'.repeat(16_000) }, 'invalid_value'],
  ['duration(it.data.length) > duration("0s")', { length: '999999999999h' }, 'invalid_value'],
  ['duration(it.data.length).getMinutes() == 90', { length: '1h30m' }, true],
  ['it.at.getFullYear() == 2026 && it.at.getMonth() == 2 && it.at.getDate() == 29 && it.at.getDayOfMonth() == 28', {}, true],
  ['it.at.getDayOfWeek() == 0 && it.at.getDayOfYear() == 87 && it.at.getHours() == 1 && it.at.getMinutes() == 30', {}, true],
  ['it.at.getSeconds() == 5 && it.at.getMilliseconds() == 250', {}, true],
  ['it.at.getHours("Europe/Berlin") == 3 && it.at.getHours("America/New_York") == 21 && it.at.getDate("America/New_York") == 28', {}, true],
  ['it.at.getHours("Asia/Kolkata") == 7 && it.at.getMinutes("+05:30") == 0 && it.at.getHours("-01:00") == 0', {}, true],
  ['it.at.getDayOfWeek("America/New_York") == 6 && it.at.getDayOfYear("America/New_York") == 86', {}, true],
])('time: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.data.constructor == "a"', { constructor: 'a' }, true],
  ['it.data.constructor == "a"', {}, 'no_such_key'],
  ['has(it.data.toString) || has(it.data.hasOwnProperty) || has(it.data.size)', {}, false],
  ['it.data.l.constructor == 1', { l: [] }, 'no_such_key'],
  ['it.data.l.length == 0', { l: [] }, 'no_such_key'],
  ['it.data["__proto__"] == 1', {}, 'no_such_key'],
  ['it.data.__proto__.a == 1', JSON.parse('{"__proto__": {"a": 1}}'), true],
  ['it.data.x == it.data.y', JSON.parse('{"x": {"__proto__": {}}, "y": {"z": {}}}'), false],
  ['it.data.x == it.data.y', { x: { a: [1, { b: null }] }, y: { a: [1, { b: null }] } }, true],
  ['it.data.x == it.data.y', { x: { a: 1, b: 2 }, y: { b: 2, a: 1 } }, true],
  ['it.data.x == it.data.y', { x: { a: 1 }, y: { a: 1, b: undefined } }, true],
  ['it.data.x == it.data.y', { x: 5, y: '5' }, false],
  ['it.data.x == it.data.y', { x: [], y: {} }, false],
  ['it.data.x == true', { x: 1 }, false],
])('hostile keys: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test.each<[string, unknown, boolean | string]>([
  ['it.flag', {}, true],
  ['it.data.flag', { flag: true }, true],
  ['it.data.flag', { flag: 'true' }, 'not_boolean'],
  ['it.data.flag', { flag: 1 }, 'not_boolean'],
  ['it.data.flag', { flag: null }, 'not_boolean'],
  ['it.data', {}, 'not_boolean'],
  ['dyn(it.count)', {}, 'not_boolean'],
  ['it.data.flag && true', { flag: 'true' }, 'invalid_logical_operand'],
  ['it.data.flag ? true : false', { flag: 1 }, 'invalid_condition_type'],
  ['it.data.missing == 1 || it.flag', {}, true],
  ['it.data.missing == 1 || !it.flag', {}, 'no_such_key'],
  ['it.data.missing == 1 && !it.flag', {}, false],
])('results: %s with %j is %s', (source, data, expected) => {
  expect(evaluate(source, data)).toBe(expected);
});

test('text is no list, and has no fields', () => {
  expect(refusal('it.name.exists(x, true)')).toMatch(/cannot be range of a comprehension/);
  expect(refusal('it.name.length == 3')).toBe("Cannot index type 'string'");
});

test('an error names its place and never the data', () => {
  const outcome = compileExpression('it.flag &&\n  int(it.data.secret) > 0', DECLARATIONS).evaluate(new Bindings({ it: { flag: true, data: { secret: 'hunter2' } } }));
  expect(outcome).toEqual({ error: 'out_of_range' });
  const missing = compileExpression('it.flag &&\n  it.data[it.data.secret] > 0', DECLARATIONS).evaluate(new Bindings({ it: { flag: true, data: { secret: 'hunter2' } } }));
  expect(missing).toEqual({ error: 'no_such_key at 2:3' });
});

test('values of another type than declared are errors, not answers', () => {
  expect(evaluate('it.name == "ada"', {}, { name: 5 })).toBe('invalid_value');
  expect(evaluate('it.count == 3', {}, { count: 3.5 })).toBe('invalid_value');
  expect(evaluate('it.at == it.at', {}, { at: Number.NaN })).toBe('invalid_value');
  expect(evaluate('it.flag', {}, { flag: 'yes' })).toBe('invalid_value');
  expect(evaluate('has(it.data.x)', { x: () => true })).toBe('invalid_value');
});
