import { compileExpression, ExpressionError, type Declarations } from './index.js';

const DECLARATIONS: Declarations = { it: { name: 'string', count: 'int', at: 'timestamp', flag: 'bool', data: 'json' }, other: { id: 'string' } };
const fault = (source: string): ExpressionError => {
  try {
    compileExpression(source, DECLARATIONS);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`compiled: ${source}`);
};

test.each([
  ['it.name', /true or false, not string/],
  ['1', /true or false, not int/],
  ['null', /true or false, not null/],
  ['[true]', /true or false, not list<bool>/],
  ['it.at', /true or false/],
  ['it.name == 5', /no such overload: string == int/],
  ['it.name < 5', /no such overload/],
  ['it.count == "5"', /no such overload/],
  ['it.at > "2026-01-01"', /no such overload/],
  ['it.flag + 1 == 2', /no such overload/],
  ['!it.name', /no such overload/],
  ['it.name && true', /requires bool operands/],
  ['it.flag ? true : 5', /must have the same type/],
  ['it.missing == 1', /it has no field "missing"; it has name, count, at, flag, data/],
  ['has(it.missing)', /it has no field "missing"/],
  ['it["missing"] == 1', /it has no field "missing"/],
  ['it[it.name] == 1', /must be written out/],
  ['it.constructor == 1', /it has no field "constructor"/],
  ['it.__proto__ == 1', /it has no field "__proto__"/],
  ['unknown == 1', /There is no "unknown"; there are it, other/],
  ['constructor == 1', /There is no "constructor"/],
  ['__proto__ == 1', /Reserved identifier/],
  ['it == other', /Read a field of it/],
  ['it.data.exists(it, true)', /The name "it" is taken/],
  ['it.data.exists(x, it.data.exists(x, true))', /The name "x" is taken/],
  ['it.data.exists(x, x) && x', /There is no "x"/],
  ['it.data.exists(1, true)', /variable/],
  ['it.data.all(x, it.data.all(y, it.data.all(z, true)))', /at most 2 deep/],
  ['cel.bind(x, it.name, x == "a")', /There is no|no function bind/],
  ['it.data.map(x, x).size() == 1', /no function map/],
  ['it.data.map(x, true, x).size() == 1', /no function map/],
  ['type(it.name) == string', /no function type/],
  ['google.protobuf.Timestamp == google.protobuf.Timestamp', /There is no "google"/],
  ['bytes(it.name) == b"a"', /no function bytes|Bytes/],
  ['b"a" == b"a"', /Bytes and unsigned numbers are not supported/],
  ['1u == 1u', /Bytes and unsigned numbers are not supported/],
  ['9223372036854775808 > 1', /too large/],
  ['{"a": 1}["a"] == 1', /Maps cannot be written out/],
  ['it.name.split(",").size() > 1', /no function split/],
  ['it.name.own_matches("a")', /no function own_matches|no function matches/],
  ['it.name.matches(it.name)', /A pattern must be written out/],
  ['it.name.matches("(")', /no regular expression/],
  ['it.name.matches("(?=a)")', /no regular expression/],
  ['it.name.matches("(a)\\\\1")', /no regular expression/],
  ['it.name.matches("a{1000}{1000}")', /repeats too much/],
  ['it.name.matches("(((a{30}){30}){30})")', /repeats too much/],
  [`it.name.matches("${'a'.repeat(257)}")`, /at most 256 characters/],
  ['it.at.getHours(it.name) == 1', /A time zone must be written out/],
  ['it.at.getHours("Mars/Olympus") == 1', /time zone of this name is not known/],
  ['it.data.x.get() == 1', /no function get/],
  ['it.name.size(1) == 1', /no function size with 1 arguments/],
  ['size() == 1', /no function size with 0 arguments/],
  ['it.count ==', /Unexpected token/],
  ['it.count == 1)', /Unexpected character/],
  ['', /Unexpected token/],
  ['"unterminated', /Unterminated string/],
  ['it.name == "\\ud800"', /surrogate/],
  ['it.name == "\0"', /without NUL/],
  [`it.name == "${String.fromCharCode(0xd800)}"`, /half characters/],
  [`${'x'.repeat(2_001)}`, /at most 2000 characters/],
  ['true' + ' && true'.repeat(200), /too many parts/],
  ['!'.repeat(1_990) + 'true', /too many parts/],
  ['('.repeat(900) + 'true' + ')'.repeat(900), /too many parts/],
  ['[' + '1,'.repeat(300) + '1].size() > 1', /too many parts/],
  ['it.data' + '.a'.repeat(100) + ' == 1', /too many parts/],
  ['(' + '[1]+'.repeat(60) + '[1]).exists(x, (' + '[1]+'.repeat(60) + '[1]).exists(y, x > y))', /too many parts|too much/],
])('%j is refused', (source, reason) => {
  expect(fault(source).reason).toMatch(reason);
});

test('what costs too much over no data at all is refused', () => {
  const list = `[${Array.from({ length: 60 }, () => '1').join()}]`;
  expect(fault(`${list}.exists(x, ${list}.exists(y, x > y && x < y && x + y == 5))`).reason).toMatch(/costs too much/);
});

test('a fault names its place', () => {
  expect(fault('it.flag &&\n  it.missing == 1')).toMatchObject({ line: 2, column: 3, message: 'it has no field "missing"; it has name, count, at, flag, data. (line 2, column 3)' });
  expect(fault('it.flag && it.name == 5')).toMatchObject({ line: 1, column: 12 });
  expect(fault('it.flag && (')).toMatchObject({ line: 1, column: 13 });
});

test.each([
  'true', 'it.flag', 'it.data.flag', 'dyn(it.flag)', 'it.flag // so be it', 'it.data.l.exists(x, it.data.m.exists(y, x == y))',
  'it.data.l.filter(x, x.a > 1).all(x, x.b)', '("a" + it.name).startsWith("ab")', `it.name.matches("^([0-9]{1,3}\\\\.){3}[0-9]{1,3}$")`,
  'it.name.matches("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")', 'it.at.getDayOfWeek("Europe/Berlin") in [1, 2, 3, 4, 5]',
])('%s compiles', (source) => {
  expect(compileExpression(source, DECLARATIONS).source).toBe(source);
});

test('what is compiled is kept, what is refused too, and declarations keep apart', () => {
  expect(compileExpression('it.flag', DECLARATIONS)).toBe(compileExpression('it.flag', DECLARATIONS));
  expect(fault('it.none')).toBe(fault('it.none'));
  expect(() => compileExpression('it.flag', { it: { name: 'string' } })).toThrow(ExpressionError);
});
