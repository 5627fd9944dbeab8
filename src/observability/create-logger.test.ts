import { createLogger, type LoggerSettings } from './create-logger.js';

const settings = (logLevel: LoggerSettings['observability']['logLevel'], logFormat: 'json' | 'text'): LoggerSettings => ({
  observability: { logLevel, logFormat },
});

const collect = (level: LoggerSettings['observability']['logLevel'], format: 'json' | 'text') => {
  const lines: string[] = [];
  return { lines, logger: createLogger(settings(level, format), { write: (line) => void lines.push(line) }) };
};

describe('a JSON logger', () => {
  test('writes time, level, message and fields', () => {
    const { lines, logger } = collect('trace', 'json');
    logger.info('Server listens.', { port: 4000 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\}\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      message: 'Server listens.',
      port: 4000,
    });
  });

  test('has every level and honours the least one', () => {
    const { lines, logger } = collect('warn', 'json');
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]('x');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'error', 'fatal']);
  });

  test('does not look at the fields of what is not logged', () => {
    const { logger } = collect('error', 'json');
    let looks = 0;
    const fields = { toJSON: () => (looks += 1) };
    logger.info('x', fields);
    expect(looks).toBe(0);
    logger.error('x', fields);
    expect(looks).toBe(1);
  });

  test('is silent when asked', () => {
    const { lines, logger } = collect('silent', 'json');
    logger.fatal('x');
    expect(lines).toEqual([]);
  });

  test('redacts messages, fields and the fields of children', () => {
    const { lines, logger } = collect('info', 'json');
    logger.child({ apiKey: 'k', requestId: 'req_1' }).warn('Token ply_rt_0123 refused.', { headers: { cookie: 'c' } });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'Token ply_rt_[redacted] refused.',
      apiKey: '[redacted]',
      requestId: 'req_1',
      headers: { cookie: '[redacted]' },
    });
  });

  test('lets no field pose as time, level or message', () => {
    const { lines, logger } = collect('info', 'json');
    logger.error('Real.', { level: 'info', message: 'Forged.', time: 0 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', message: 'Real.', level_: 'info', message_: 'Forged.', time_: 0 });
  });

  test('survives fields that cannot be read', () => {
    const { lines, logger } = collect('info', 'json');
    logger.info('x', {
      get a(): never {
        throw new Error('no');
      },
    });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'x', fields: '[unreadable]' });
  });
});

describe('a text logger', () => {
  test('writes one line for people', () => {
    const { lines, logger } = collect('info', 'text');
    logger.info('Server listens.', { url: 'http://localhost:4000/', name: 'two words', list: [1, 2] });
    expect(lines[0]).toMatch(/^\S+Z INFO {2}Server listens\. url=http:\/\/localhost:4000\/ name="two words" list=\[1,2\]\n$/);
  });

  test('puts stacks below', () => {
    const { lines, logger } = collect('info', 'text');
    logger.error('Failed.', { error: new Error('outer', { cause: new Error('inner') }) });
    const [first, ...stack] = (lines[0] ?? '').split('\n');
    expect(first).toMatch(/^\S+Z ERROR Failed\. error=\{"type":"Error","message":"outer"\}$/);
    expect(stack[0]).toBe('    Error: outer');
    expect(stack).toContain('    Error: inner');
  });

  test('lets no value forge a line or steer a terminal', () => {
    const { lines, logger } = collect('info', 'text');
    logger.info('a\nb', { agent: 'x\r\n2026 INFO forged', escape: '\u001b[2J', 'na\nme': 1 });
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(lines[0]).toContain('a\\u000ab agent="x\\r\\n2026 INFO forged" escape=\\u001b[2J na\\u000ame=1');
  });
});

test('standard output is the default destination', () => {
  expect(() => createLogger(settings('silent', 'json')).info('x')).not.toThrow();
});
