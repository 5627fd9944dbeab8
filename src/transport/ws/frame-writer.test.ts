import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { until } from '../../../test/support/transport-fixture.js';
import { Frame } from '../lanes/frame.js';
import { FrameWriter } from './frame-writer.js';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let accepted: { readonly socket: WebSocket; readonly stream: Duplex } | undefined;
let client: WebSocket;
let messages: string[] = [];
let serial = 0;

beforeAll(async () => {
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head, (socket) => { accepted = { socket, stream }; }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(async () => {
  accepted = undefined;
  messages = [];
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('message', (message: Buffer) => messages.push(message.toString()));
  client.on('error', () => undefined);
  await once(client, 'open');
  await until(() => accepted !== undefined);
});
afterEach(() => client.terminate());
afterAll(() => void server.close());

const frameOf = (text: string): Frame => new Frame(serial++, { result: { data: { text } }, denied: [] });
const messageOf = (id: string, text: string): string => JSON.stringify({ id, type: 'next', payload: { data: { text } } });
const open = (): { readonly socket: WebSocket; readonly stream: Duplex; readonly writer: FrameWriter } => {
  if (accepted === undefined) throw new Error('not connected');
  return { ...accepted, writer: new FrameWriter(accepted.socket, accepted.stream) };
};

test('each frame is a message like any other, whatever its length and its id', async () => {
  const { writer, stream } = open();
  const empty = messageOf('1', '').length;
  const sizes = [0, 1, 125 - empty, 126 - empty, 127 - empty, 65_535 - empty, 65_536 - empty, 70_000].filter((size) => size >= 0);
  const expected: string[] = [];
  for (const size of sizes) {
    for (const id of ['1', '"ü\\"', '3f0c']) {
      await until(() => stream.writableLength === 0);
      expect(writer.for(id).write([frameOf('x'.repeat(size))])).toBe(1);
      expected.push(messageOf(id, 'x'.repeat(size)));
    }
  }
  await until(() => messages.length === expected.length);
  expect(messages).toEqual(expected);
});

test('frames of a turn leave together, in order, between what the library sends', async () => {
  const { writer, socket, stream } = open();
  let writes = 0;
  const write = stream.write.bind(stream) as (chunk: Buffer) => boolean;
  stream.write = ((chunk: Buffer) => {
    writes += 1;
    return write(chunk);
  }) as typeof stream.write;
  const [one, two] = [writer.for('1'), writer.for('2')];
  const shared = ['a', 'ü', 'c'].map(frameOf);
  expect([one.write(shared), two.write(shared.slice(0, 2))]).toEqual([3, 2]);
  await Promise.resolve();
  expect(writes).toBe(1);
  socket.send('own');
  expect(two.write(shared.slice(2))).toBe(1);
  await until(() => messages.length === 7);
  expect(messages).toEqual([...['a', 'ü', 'c'].map((text) => messageOf('1', text)), messageOf('2', 'a'), messageOf('2', 'ü'), 'own', messageOf('2', 'c')]);
});

test('a reader that takes nothing is given no more than what it was ahead, and loses none of that', async () => {
  const { writer, stream } = open();
  const sink = writer.for('1');
  client.pause();
  const expected: string[] = [];
  for (let taken = 1, number = 0; taken > 0; number += 1) {
    const text = `${number} ${'x'.repeat(10_000)}`;
    taken = sink.write([frameOf(text)]);
    if (taken > 0) expected.push(messageOf('1', text));
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  const held = stream.writableLength;
  for (let count = 0; count < 50; count += 1) expect(sink.write([frameOf('x'.repeat(10_000)), frameOf('y')])).toBe(0);
  expect(stream.writableLength).toBe(held);
  expect(held).toBeLessThan(100_000);
  client.resume();
  await until(() => messages.length === expected.length);
  expect(messages).toEqual(expected);
});

test('a batch that is too large for one write is taken as far as the reader keeps up', async () => {
  const { writer } = open();
  client.pause();
  const frames = Array.from({ length: 2_000 }, (_, number) => frameOf(`${number} ${'x'.repeat(9_000)}`));
  const taken = writer.for('1').write(frames);
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(frames.length);
  client.resume();
  await until(() => messages.length === taken);
  expect(messages.at(-1)).toBe(messageOf('1', `${taken - 1} ${'x'.repeat(9_000)}`));
});

test('a socket that closes takes nothing more', async () => {
  const { writer, socket } = open();
  socket.close(1000);
  expect(writer.for('1').write([frameOf('a')])).toBe(0);
  await once(client, 'close');
  expect(messages).toEqual([]);
});
