import { ManualStream } from '../../test/support/graphql-fixture.js';
import { mapEvents } from './map-events.js';

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}
const collect = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of stream) found.push(item);
  return found;
};

describe('mapEvents', () => {
  test('maps each event and finishes once, before the end', async () => {
    const said: unknown[] = [];
    const stream = mapEvents(numbers(), (number) => number * 10, async () => void said.push('finished'));
    for await (const item of stream) said.push(item);
    expect(said).toEqual([10, 20, 'finished']);
  });
  test('ends its source while an event is awaited', async () => {
    const source = new ManualStream<number>();
    const stream = mapEvents(source, (number) => number);
    const next = stream.next();
    expect(await stream.return()).toEqual({ value: undefined, done: true });
    expect([source.stopped, await next]).toEqual([true, { value: undefined, done: true }]);
  });
  test('ends its source when mapping fails, when its reader throws, and when it is disposed', async () => {
    const sources = [1, 2, 3].map(() => new ManualStream<number>());
    const [failing, throwing, disposed] = sources.map((source) => mapEvents(source, () => Promise.reject(new Error('no'))));
    sources[0]?.push(1);
    await expect(failing?.next()).rejects.toThrow('no');
    await expect(throwing?.throw(new Error('reader'))).rejects.toThrow('reader');
    await disposed?.[Symbol.asyncDispose]();
    expect(sources.map(({ stopped }) => stopped)).toEqual([true, true, true]);
  });
  test('passes on what its source fails with', async () => {
    await expect(collect(mapEvents((async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('broken');
    })(), (number) => number))).rejects.toThrow('broken');
  });
  test('takes sources that cannot be ended', async () => {
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false as const }) }) };
    expect(await mapEvents(source, (number) => number).return()).toEqual({ value: undefined, done: true });
  });
});
