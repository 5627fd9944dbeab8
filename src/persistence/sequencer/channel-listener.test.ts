import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ChannelListener } from './channel-listener.js';
import { connected } from './testing/writers.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('hears notifications, comes back after a lost connection, and is silent once stopped', async () => {
  const heard: string[] = [];
  const errors: unknown[] = [];
  const listener = new ChannelListener({ connect: () => connected(database.appUrl), onError: (error) => errors.push(error) });
  listener.on('one', () => heard.push('one'));
  const forget = listener.on('two', () => heard.push('two'));
  await listener.start();
  const owner = await connected(database.ownerUrl);
  const notify = async (channel: string): Promise<void> => {
    await owner.query(`NOTIFY ${channel}`);
    await sleep(50);
  };
  await notify('one');
  await notify('two');
  forget();
  await notify('two');
  expect(heard).toEqual(['one', 'two']);

  await owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
  for (let attempt = 0; heard.length < 3 && attempt < 60; attempt++) await notify('one');
  expect(heard).toEqual(['one', 'two', 'one']);
  expect(errors.length).toBeGreaterThan(0);

  await listener.stop();
  await notify('one');
  expect(heard).toHaveLength(3);
  await owner.end();
});

test('a start that fails leaves nothing behind', async () => {
  const listener = new ChannelListener({ connect: () => Promise.reject(new Error('away')), onError: () => undefined });
  await expect(listener.start()).rejects.toThrow('away');
  await listener.stop();
});
