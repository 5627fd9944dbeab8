import { AddressBuckets } from './address-buckets.js';
import { rateBudget, type RateBudget } from './rate-budget.js';

const budget = rateBudget(60, 60) as RateBudget;

test('remembers a bounded number of addresses, those that came last', () => {
  const buckets = new AddressBuckets(budget, 100);
  buckets.spend('192.0.2.1', 60, 0);
  for (let at = 0; at < 99; at++) buckets.spend(`198.51.100.${at}`, 1, 0);
  expect(buckets.spend('192.0.2.1', 60, 0)).toBe(60);
  for (let at = 0; at < 10_000; at++) buckets.spend(`10.0.${at >> 8}.${at & 255}`, 1, 0);
  expect(buckets.size).toBeLessThanOrEqual(200);
  expect(buckets.spend('192.0.2.1', 60, 0)).toBeUndefined();
});

test('a clock that goes back gives nothing', () => {
  const buckets = new AddressBuckets(budget);
  expect(buckets.spend('192.0.2.1', 60, 10_000)).toBeUndefined();
  expect(buckets.spend('192.0.2.1', 1, 0)).toBe(1);
  expect(buckets.spend('192.0.2.1', 1, 10_000)).toBe(1);
});

test('says whether an address has anything left, without spending it', () => {
  const buckets = new AddressBuckets({ size: 2, rate: 1, share: 1 });
  expect([buckets.isSpent('10.0.0.1', 0), buckets.spend('10.0.0.1', 2, 0), buckets.isSpent('10.0.0.1', 0), buckets.isSpent('10.0.0.2', 0), buckets.isSpent('10.0.0.1', 1_000)]).toEqual([false, undefined, true, false, false]);
});
