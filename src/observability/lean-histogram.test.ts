import { Histogram, Registry } from 'prom-client';
import { LeanHistogram } from './lean-histogram.js';

const BUCKETS = [0.5, 1, 10];
const SAMPLES: readonly (readonly [string, number])[] = [['a', 0.1], ['a', 0.5], ['b', 0.6], ['a', 1], ['a', 9], ['b', 11], ['a', 10.5], ['b', 0]];

test('is exposed as the one of the library', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const lean = new LeanHistogram({ name: 'h', help: 'H.', labelNames: ['x'], buckets: BUCKETS, registers: [ours] });
  const library = new Histogram({ name: 'h', help: 'H.', labelNames: ['x'], buckets: BUCKETS, registers: [theirs] });
  const series = new Map([...new Set(SAMPLES.map(([x]) => x))].map((x) => [x, lean.of({ x })]));
  for (const [x, value] of SAMPLES) {
    series.get(x)?.(value);
    library.observe({ x }, value);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});

test('begins anew when its registry does', async () => {
  const registry = new Registry();
  new LeanHistogram({ name: 'h', help: 'H.', labelNames: ['x'], buckets: BUCKETS, registers: [registry] }).of({ x: 'a' })(3);
  registry.resetMetrics();
  expect(await registry.metrics()).toContain('h_count{x="a"} 0');
});
