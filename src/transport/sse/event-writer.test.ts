import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { EventWriter } from './event-writer.js';

class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  destroyed = false;
  writableNeedDrain = false;
  writeHead(): void { this.written.push('head'); }
  flushHeaders(): void { this.written.push('flushed'); }
  write(text: string): boolean {
    this.written.push(text);
    return !this.writableNeedDrain;
  }
  end(text: string): void { this.written.push(text); }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('EventWriter', () => {
  const start = (stalledMs?: number) => {
    const response = new FakeResponse();
    return { response, writer: new EventWriter(response as unknown as ServerResponse, stalledMs) };
  };

  test('leaves no listener behind, however often it waits', async () => {
    const { response, writer } = start();
    response.writableNeedDrain = true;
    for (let count = 0; count < 30; count++) {
      const written = writer.next({ count });
      response.emit('drain');
      await written;
    }
    expect([response.listenerCount('drain'), response.listenerCount('close')]).toEqual([0, 1]);
    writer.complete();
  });
  test('lets a reader go that takes nothing for too long', async () => {
    const { response, writer } = start(20);
    response.writableNeedDrain = true;
    await writer.next({ data: 1 });
    expect(response.destroyed).toBe(true);
    await writer.next({ data: 2 });
    writer.complete();
    expect(response.written).toEqual(['head', 'flushed', 'event: next\ndata: {"data":1}\n\n']);
  });
  test('keeps a quiet connection open, but does not queue for a slow one', () => {
    jest.useFakeTimers();
    try {
      const { response, writer } = start();
      jest.advanceTimersByTime(25_000);
      response.writableNeedDrain = true;
      jest.advanceTimersByTime(60_000);
      writer.complete();
      jest.advanceTimersByTime(60_000);
      expect(response.written).toEqual(['head', 'flushed', ':\n\n', ':\n\n', 'event: complete\ndata:\n\n']);
    } finally {
      jest.useRealTimers();
    }
  });
});
