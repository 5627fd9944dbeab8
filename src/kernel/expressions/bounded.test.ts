import fc from 'fast-check';
import { Bindings, compileExpression, CostMeter, ExpressionError, type Declarations, type Evaluation, type Expression } from './index.js';

const DECLARATIONS: Declarations = { it: { name: 'string', at: 'timestamp', data: 'json' } };
/** Measured about 20 ms; the machine of a test may be busy. */
const MOST_MS = 100;

const bindings = (data: unknown, meter?: CostMeter): Bindings => new Bindings({ it: { name: 'ada', at: 0, data } }, meter);
const evaluate = (expression: Expression, data: unknown): Evaluation => expression.evaluate(bindings(data));
const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index);
const ors = (times: number, part: string): string => Array.from({ length: times }, () => part).join(' || ');

/** The compiled expression, or undefined when it is refused by its own error. */
function compiled(source: string): Expression | undefined {
  try {
    return compileExpression(source, DECLARATIONS);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Milliseconds of processor time that work takes: the machine may have other work too. */
function milliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1_000;
}

/** The shortest of some runs. */
function shortest(work: () => void): number {
  return Math.min(...[1, 2, 3].map(() => milliseconds(work)));
}

test.each<[string, string, (size: number) => unknown]>([
  ['items that all fail', 'it.data.l.exists(x, x.foo > 1)', (size) => ({ l: numbers(size) })],
  ['items that fail often', `it.data.l.exists(x, ${ors(60, 'x.foo')})`, (size) => ({ l: numbers(size) })],
  ['calls that fail', `it.data.l.exists(x, ${ors(40, 'int(x) < 0')})`, (size) => ({ l: numbers(size).map(() => 'x') })],
  ['moments', `it.data.l.exists(x, ${ors(30, 'timestamp(x) < it.at')})`, (size) => ({ l: numbers(size).map(() => '2030-01-01T00:00:00Z') })],
  ['zones', `it.data.l.exists(x, ${ors(30, 'it.at.getHours("Asia/Tokyo") < 0')})`, (size) => ({ l: numbers(size) })],
  ['loops in loops', 'it.data.l.exists(x, it.data.l.exists(y, x.foo == y.foo))', (size) => ({ l: numbers(size) })],
  ['filters of filters', `it.data.l${'.filter(x, x > 0)'.repeat(20)}.size() > 1`, (size) => ({ l: numbers(size) })],
  ['long lists in each other', 'it.data.l.exists(x, x in it.data.m)', (size) => ({ l: numbers(size).map((a) => ({ a })), m: numbers(size).map((a) => ({ a: -a - 1 })) })],
  ['lists put together', `(${Array.from({ length: 60 }, () => 'it.data.l').join('+')}).exists(x, x < 0)`, (size) => ({ l: numbers(size) })],
  ['texts put together', `(${Array.from({ length: 60 }, () => 'it.data.l').join('+')}) == "x"`, (size) => ({ l: 'a'.repeat(size) })],
  ['texts in texts', 'it.data.a.contains(it.data.b)', (size) => ({ a: 'a'.repeat(2 * size), b: `${'a'.repeat(size / 2)}b${'a'.repeat(size / 2)}` })],
  ['patterns', 'it.data.a.matches("([a-q][^u-z]{10})+x")', (size) => ({ a: 'axb'.repeat(size / 3) })],
  ['durations', 'duration(it.data.a) > duration("1s")', (size) => ({ a: '1'.repeat(size) })],
  ['numbers in text', 'double(it.data.a) > 1.0 || int(it.data.a) > 1', (size) => ({ a: '1'.repeat(size) })],
])('%s end in time, or are refused for their cost', (_, source, make) => {
  const expression = compileExpression(source, DECLARATIONS);
  for (let size = 8; size <= 32_768; size *= 2) {
    const data = make(size);
    const outcome = evaluate(expression, data);
    if (typeof outcome === 'object' && outcome.error === 'cost') return;
    expect(shortest(() => evaluate(expression, data))).toBeLessThan(MOST_MS);
  }
});

test('usual data are far from the bound', () => {
  const tags = numbers(400).map((index) => `department-${index}`);
  expect(evaluate(compileExpression('it.data.tags.exists(tag, tag == "department-399")', DECLARATIONS), { tags })).toBe(true);
  expect(evaluate(compileExpression('it.data.wanted.all(tag, tag in it.data.tags)', DECLARATIONS), { tags, wanted: tags.slice(0, 20) })).toBe(true);
  expect(evaluate(compileExpression('it.data.text.matches("^[a-z0-9 ]+$")', DECLARATIONS), { text: 'some words 1 '.repeat(500) })).toBe(true);
});

test('data are read to 16 levels', () => {
  const nested = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
  const expression = compileExpression('it.data.a == it.data.a', DECLARATIONS);
  expect([15, 16].map((levels) => evaluate(expression, { a: nested(levels) }))).toEqual([true, { error: 'out_of_range' }]);
});

test('deep data give no answer', () => {
  let data: unknown = 1;
  for (let depth = 0; depth < 5_000; depth += 1) data = depth % 2 === 0 ? [data] : { a: data };
  expect(evaluate(compileExpression('it.data.a == it.data.a', DECLARATIONS), { a: data })).toEqual({ error: 'out_of_range' });
});

test.each([
  ['patterns of classes', '\\\\p{L}{90}'.repeat(4)], ['repeated groups', '(a?b?c?d?e?){60}'], ['many alternatives', `(${Array.from({ length: 60 }, () => 'ab').join('|')})*x`],
  ['nested stars', `${'('.repeat(60)}a${')*'.repeat(60)}`], ['wide repetitions', 'a{999}'],
])('%s compile in time or not at all', (_, pattern) => {
  let index = 0;
  expect(shortest(() => compiled(`it.name.matches("${pattern}") || it.name == "${(index += 1)}"`))).toBeLessThan(MOST_MS);
});

test('a meter bounds many evaluations together', () => {
  const expression = compileExpression('it.data.l.all(x, x >= 0)', DECLARATIONS);
  const meter = new CostMeter(10_000);
  const outcomes = numbers(50).map(() => expression.evaluate(bindings({ l: numbers(100) }, meter)));
  expect(outcomes[0]).toBe(true);
  expect(outcomes.at(-1)).toEqual({ error: 'cost' });
  expect(meter.isExhausted).toBe(true);
});

test('compiling is charged once', () => {
  const meter = new CostMeter(15_000);
  for (const _ of [1, 2, 3]) compileExpression('it.name == "charged once"', DECLARATIONS, meter);
  expect(meter.isExhausted).toBe(false);
  compileExpression('it.name == "charged again"', DECLARATIONS, meter);
  expect(meter.isExhausted).toBe(true);
});

const json = fc.jsonValue({ maxDepth: 3 });
const path = fc.constantFrom('it.data', 'it.data.a', 'it.data.a.b', 'it.data["a"]', 'it.data.l', 'it.data.l[0]', 'x', 'it.name', 'it.at', '1', '-1', '0.5', '"a"', '[1, 2]', '[]', 'null', 'true');
const { expression: randomSource } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    path,
    fc.tuple(tie('expression'), fc.constantFrom('==', '!=', '<', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in'), tie('expression')).map((parts) => `(${parts.join(' ')})`),
    fc.tuple(fc.constantFrom('!', '-'), tie('expression')).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('size', 'int', 'double', 'timestamp', 'duration', 'dyn', 'has'), tie('expression')).map(([name, part]) => `${name}(${part})`),
    fc.tuple(tie('expression'), fc.constantFrom('exists', 'all', 'exists_one', 'filter'), tie('expression')).map(([list, name, body]) => `${list}.${name}(x, ${body})`),
    fc.tuple(tie('expression'), fc.constantFrom('.size()', '.getHours()', '.lowerAscii()', '.matches("a+")', '.contains("a")', '.b', '[0]')).map((parts) => parts.join('')),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([one, two, three]) => `(${one} ? ${two} : ${three})`),
  ),
}));

test('whatever compiles gives true, false or an error, twice the same, in time', () => {
  let count = 0;
  fc.assert(fc.property(randomSource, fc.record({ a: json, l: fc.array(json, { maxLength: 5 }) }), (source, data) => {
    const expression = compiled(`it.name == "" || ${source}`);
    if (expression === undefined) return;
    count += 1;
    let outcome: Evaluation = false;
    const spent = milliseconds(() => (outcome = evaluate(expression, data)));
    expect(spent).toBeLessThan(5 * MOST_MS);
    expect(typeof outcome === 'boolean' ? 'boolean' : (outcome as { error: string }).error).toMatch(/^[a-z_]+( at \d+:\d+)?$/);
    expect(evaluate(expression, data)).toEqual(outcome);
  }), { numRuns: 12_000, seed: 23 });
  expect(count).toBeGreaterThan(1_000);
});

test('any text compiles or is refused by its own error', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.constantFrom(...'it.data()[]{}"\'\\|&!?:,+-*/%<>=x1 eu'.split('')), { maxLength: 40 }).map((parts) => parts.join(''))), (source) => {
    expect(compiled(source)?.source ?? source).toBe(source);
  }), { numRuns: 10_000, seed: 29 });
});
