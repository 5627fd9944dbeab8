import { jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { keepAlive, protocolSocket } from './socket-adapter.js';

/** The server's end of a connection whose peer reads nothing. */
class DeafSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly protocol = 'graphql-transport-ws';
  readyState = 1;
  bufferedAmount = 0;
  readonly calls: string[] = [];

  send(message: string): void {
    this.bufferedAmount += message.length;
  }

  ping(): void {
    this.calls.push('ping');
  }

  close(code: number): void {
    this.calls.push(`close ${code}`);
    this.readyState = 2;
  }

  terminate(): void {
    this.calls.push('terminate');
    this.readyState = 3;
    this.emit('close');
  }
}

let socket: DeafSocket;
beforeEach(() => {
  jest.useFakeTimers();
  socket = new DeafSocket();
});
afterEach(() => void jest.useRealTimers());

/** Sends more than is kept for a reader. */
const overflow = (): void => {
  const adapted = protocolSocket(socket as never, () => undefined);
  for (let count = 0; count < 6; count++) void adapted.send('x'.repeat(1_000_000));
};

test('a reader that takes nothing is told why it is closed, and is cut off after ten seconds', () => {
  overflow();
  expect(socket.calls).toEqual(['close 1013']);
  jest.advanceTimersByTime(9_999);
  expect(socket.calls).toEqual(['close 1013']);
  jest.advanceTimersByTime(1);
  expect(socket.calls).toEqual(['close 1013', 'terminate']);
});

test('nothing more is queued for it meanwhile', () => {
  overflow();
  const before = socket.bufferedAmount;
  overflow();
  expect(socket.bufferedAmount).toBe(before);
});

test('a ping that it has not come to does not cut its time short', () => {
  keepAlive(socket as never);
  jest.advanceTimersByTime(29_000);
  overflow();
  jest.advanceTimersByTime(9_000);
  expect(socket.calls).toEqual(['ping', 'close 1013']);
});

test('a peer that answers no ping is gone within two', () => {
  keepAlive(socket as never);
  jest.advanceTimersByTime(30_000);
  expect(socket.calls).toEqual(['ping', 'terminate']);
  expect(jest.getTimerCount()).toBe(0);
});
