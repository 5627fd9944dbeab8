import { EventFeed, type IndexedEvent } from './event-feed.js';

const log: IndexedEvent[] = [];
let settling: PromiseWithResolvers<void>[] = [];
const errors: unknown[] = [];

const open = (): EventFeed<IndexedEvent> => new EventFeed({
  end: async () => log.length,
  read: async (from) => ({ events: log.slice(from), next: Math.max(from, log.length) }),
  settled: () => {
    const waiting = Promise.withResolvers<void>();
    settling.push(waiting);
    return waiting.promise;
  },
  onError: (error) => errors.push(error),
});
const add = (): void => void log.push({ index: log.length });
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

beforeEach(() => {
  log.splice(0);
  errors.splice(0);
  settling = [];
});

test('events are handed out when the changes of rights from before them are known, and not without', async () => {
  const feed = open();
  const unfollow = await feed.follow();
  const heard: number[] = [];
  feed.listen((events) => heard.push(...events.map(({ index }) => index)));
  add();
  feed.wake();
  await turn();
  expect([settling.length, heard]).toEqual([1, []]);
  settling[0]?.reject(new Error('no database'));
  await turn();
  expect([errors.length, heard]).toEqual([1, []]);
  feed.wake();
  await turn();
  settling[1]?.resolve();
  await turn();
  expect(heard).toEqual([0]);
  unfollow();
});

test('a log without anything new asks for nothing', async () => {
  const feed = open();
  await feed.follow();
  feed.wake();
  await turn();
  expect(settling).toEqual([]);
});
