import type { FactChange, FactListener } from '../../../persistence/index.js';
import type { ResourceFact } from '../engine/index.js';
import { ResourceCache } from './resource-cache.js';

const resource = (id: string): ResourceFact => ({ id, spaceId: 'space_a', resourceType: 'doc', status: 'active' });
const changed = (kind: string, id: string): FactChange => ({ spaceId: 'space_a', rev: 2, kind, id, removed: false, body: {} });

function cacheOnFeed(): { readonly cache: ResourceCache; readonly tell: (changes: readonly FactChange[] | undefined) => void; readonly listeners: Set<FactListener> } {
  const listeners = new Set<FactListener>();
  const cache = new ResourceCache({ subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) });
  cache.start();
  return { cache, listeners, tell: (changes) => listeners.forEach((listener) => listener(changes, new Map())) };
}

test('a Resource is held until the feed says that it has changed', () => {
  const { cache, tell } = cacheOnFeed();
  for (const id of ['doc_1', 'doc_2']) cache.set(resource(id));
  tell([changed('resource', 'doc_1'), changed('group', 'doc_2'), changed('resource', 'doc_3')]);
  expect([cache.get('doc_1'), cache.get('doc_2'), cache.get('doc_3')]).toEqual([undefined, resource('doc_2'), undefined]);
});

test('nothing is held when more has changed than the feed tells', () => {
  const { cache, tell } = cacheOnFeed();
  cache.set(resource('doc_1'));
  tell(undefined);
  expect(cache.get('doc_1')).toBeUndefined();
});

test('nothing is held before the start and after the stop: nobody would say that it has changed', () => {
  const { cache, listeners } = cacheOnFeed();
  cache.set(resource('doc_1'));
  cache.start();
  expect(listeners.size).toBe(1);
  cache.stop();
  expect([cache.get('doc_1'), listeners.size]).toEqual([undefined, 0]);
  cache.set(resource('doc_1'));
  expect(cache.get('doc_1')).toBeUndefined();
});

test('what was not asked about for the longest time gives its room to others', () => {
  const { cache } = cacheOnFeed();
  for (let number = 0; number < 20_000; number += 1) cache.set(resource(`doc_${number}`));
  expect(cache.get('doc_0')).toEqual(resource('doc_0'));
  cache.set(resource('doc_new'));
  expect([cache.get('doc_0'), cache.get('doc_1'), cache.get('doc_2'), cache.get('doc_new')]).toEqual([resource('doc_0'), undefined, resource('doc_2'), resource('doc_new')]);
});
