import { ManualStream } from '../../test/support/graphql-fixture.js';
import { endableStream, type EndableStream } from './endable-stream.js';
import { mapEvents } from './map-events.js';

function made(): { readonly source: ManualStream<number>; readonly stream: EndableStream<number>; readonly over: jest.Mock } {
  const source = new ManualStream<number>();
  const over = jest.fn();
  return { source, over, stream: endableStream(mapEvents(source, (event) => event), over) };
}

test('gives the events of its source until that ends', async () => {
  const { source, stream, over } = made();
  source.push(1);
  expect(await stream.next()).toEqual({ value: 1, done: false });
  const last = stream.next();
  source.finish();
  expect([await last, await stream.next(), over.mock.calls.length]).toEqual([{ value: undefined, done: true }, { value: undefined, done: true }, 1]);
});
test('ended while an event is awaited, it throws the reason at once, lets go of its source, and is over', async () => {
  const { source, stream, over } = made();
  const waiting = stream.next();
  stream.end(new Error('why'));
  await expect(waiting).rejects.toThrow('why');
  expect([source.stopped, over.mock.calls.length, await stream.next()]).toEqual([true, 1, { value: undefined, done: true }]);
});
test('ended between two events, it throws the reason in place of the next one, once', async () => {
  const { source, stream } = made();
  source.push(1);
  stream.end(new Error('why'));
  stream.end(new Error('again'));
  await expect(stream.next()).rejects.toThrow('why');
  expect(await stream.next()).toEqual({ value: undefined, done: true });
});
test('what its reader ended, or what failed, has no other end', async () => {
  const { source, stream, over } = made();
  await stream.return();
  stream.end(new Error('late'));
  expect([await stream.next(), source.stopped, over.mock.calls.length]).toEqual([{ value: undefined, done: true }, true, 1]);
  const failing = endableStream(mapEvents(made().source, (): number => 0), over);
  await expect(failing.throw(new Error('thrown in'))).rejects.toThrow('thrown in');
  const broken = new ManualStream<number>();
  broken.push(1);
  const breaks = endableStream(mapEvents(broken, () => { throw new Error('of the source'); }), over);
  await expect(breaks.next()).rejects.toThrow('of the source');
  breaks.end(new Error('late'));
  expect([await breaks.next(), over.mock.calls.length]).toEqual([{ value: undefined, done: true }, 3]);
});
