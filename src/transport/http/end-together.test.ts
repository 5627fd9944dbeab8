import type { ServerResponse } from 'node:http';
import { endTogether } from './end-together.js';

interface Ended {
  response: ServerResponse;
  bodies: string[];
  encodings: string[];
  headers: Record<string, unknown>;
  heads: unknown[];
  end: () => void;
  leave: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('answers that are ended together', () => {
  it('are all written in the same turn, in the order they came', async () => {
    const order: string[] = [];
    const responses = ['a', 'b', 'c'].map((name) => fakeResponse((body) => order.push(`${name}:${body}`)));
    responses.forEach(({ response }, index) => endTogether(response, String(index)));
    expect(order).toEqual([]);
    await turn();
    expect(order).toEqual(['a:0', 'b:1', 'c:2']);
  });

  it('begin anew after a turn', async () => {
    const first = fakeResponse();
    const second = fakeResponse();
    endTogether(first.response, '1');
    await turn();
    endTogether(second.response, '2');
    expect(second.bodies).toEqual([]);
    await turn();
    expect([first.bodies, second.bodies]).toEqual([['1'], ['2']]);
  });

  it('are left alone when they were answered meanwhile, or their client left', async () => {
    const late = fakeResponse();
    const gone = fakeResponse();
    const other = fakeResponse();
    for (const { response } of [late, gone, other]) endTogether(response, 'body');
    late.end();
    gone.leave();
    await turn();
    expect([late.bodies, gone.bodies, other.bodies]).toEqual([[], [], ['body']]);
  });
});

describe('an answer', () => {
  it('says how many bytes it has, and is encoded only where it is more than ASCII', async () => {
    const [plain, wide, whole] = [fakeResponse(), fakeResponse(), fakeResponse()];
    endTogether(plain.response, 'abc');
    endTogether(wide.response, 'äbc€');
    endTogether(whole.response, 'é', ['x-one', '1']);
    await turn();
    expect([plain.headers, wide.headers]).toEqual([{ 'content-length': 3 }, { 'content-length': 7 }]);
    expect(whole.heads).toEqual([[200, ['x-one', '1', 'content-length', '2']]]);
    expect([plain.encodings, wide.encodings, whole.encodings]).toEqual([['latin1'], ['utf8'], ['utf8']]);
  });
});

function fakeResponse(written: (body: string) => void = () => undefined): Ended {
  const bodies: string[] = [];
  const encodings: string[] = [];
  const headers: Record<string, unknown> = {};
  const heads: unknown[] = [];
  const state = { writableEnded: false, destroyed: false, statusCode: 200 };
  const response = Object.assign(state, {
    setHeader: (name: string, value: unknown) => void (headers[name] = value),
    writeHead: (...head: unknown[]) => void heads.push(head),
    end(body: string, encoding: string): void {
      bodies.push(body);
      encodings.push(encoding);
      written(body);
      state.writableEnded = true;
    },
  }) as unknown as ServerResponse;
  return { response, bodies, encodings, headers, heads, end: () => { state.writableEnded = true; }, leave: () => { state.destroyed = true; } };
}
