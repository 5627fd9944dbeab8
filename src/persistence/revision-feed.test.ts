import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { RevisionFeed, type FactChange } from './index.js';

/** A feed over a database in which something changes with every look. */
function restlessFeed(): { feed: RevisionFeed; announced: number[] } {
  let rev = 0;
  const announced: number[] = [];
  const prepared = async (): Promise<never[]> => {
    rev += 1;
    await new Promise((resolve) => setImmediate(resolve));
    // Another node's commit: its notification comes while this look goes on.
    if (rev > 1) void feed.catchUp();
    return [{ space_id: '', rev, spaceId: '', kind: 'user', id: 'user_some', removed: false, body: {} } as never];
  };
  const client = Object.assign(new EventEmitter(), { query: async () => undefined, end: async () => undefined });
  const feed = new RevisionFeed({ database: { prepared }, connect: async () => client as unknown as pg.Client, now: () => 0, onError: () => undefined });
  feed.subscribe((changes: readonly FactChange[] | undefined) => void announced.push(...(changes ?? []).map((change) => change.rev)));
  return { feed, announced };
}

test('a wait ends with a look that began after it, though changes never cease', async () => {
  const { feed, announced } = restlessFeed();
  await feed.start();
  await feed.catchUp();
  expect(announced.length).toBeGreaterThan(0);
  const before = announced.length;
  await feed.catchUp();
  expect(announced.length).toBeGreaterThan(before);
  await feed.stop();
});

test('nothing is looked at after the stop', async () => {
  const { feed, announced } = restlessFeed();
  await feed.start();
  await feed.stop();
  const before = announced.length;
  await feed.catchUp();
  expect(announced).toHaveLength(before);
});
