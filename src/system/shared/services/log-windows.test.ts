import type { IndexedEvent, LogRead } from './event-feed.js';
import { LogWindows, WINDOW } from './log-windows.js';

let end = 0;
let reads: number[] = [];
let gate: Promise<void> | undefined;
const read = async (from: number): Promise<LogRead<IndexedEvent>> => {
  reads.push(from);
  const upTo = Math.min(end, from + WINDOW);
  await gate;
  return { events: Array.from({ length: Math.max(0, upTo - from) }, (_, place) => ({ index: from + place })), next: Math.max(from, upTo) };
};

beforeEach(() => {
  end = 1_300;
  reads = [];
  gate = undefined;
});

test('whoever is in the same window shares its reading', async () => {
  const windows = new LogWindows(read);
  const [first, second, later] = [await windows.from(510), await windows.from(990), await windows.from(1_000)];
  expect([first.events.length, first.events[0]?.index, first.next]).toEqual([490, 510, 1_000]);
  expect(second.events.map(({ index }) => index)).toEqual(Array.from({ length: 10 }, (_, place) => 990 + place));
  expect([later.events.length, later.next]).toEqual([300, 1_300]);
  expect(reads).toEqual([500, 1_000]);
});

test('a window that was not full is read again, except by those who come while it is read', async () => {
  const windows = new LogWindows(read);
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  const together = Promise.all([windows.from(1_000), windows.from(1_200)]);
  resolve();
  expect((await together).map(({ next }) => next)).toEqual([1_300, 1_300]);
  end = 1_400;
  expect((await windows.from(1_300)).events).toHaveLength(100);
  expect(reads).toEqual([1_000, 1_000]);
});

test('one that failed is not kept', async () => {
  let fails = true;
  const windows = new LogWindows((from) => (fails ? Promise.reject(new Error('no database')) : read(from)));
  await expect(windows.from(0)).rejects.toThrow('no database');
  fails = false;
  expect((await windows.from(0)).next).toBe(500);
});

test('beyond the end there is nothing, and nothing is skipped', async () => {
  expect(await new LogWindows(read).from(1_300)).toEqual({ events: [], next: 1_300 });
});
