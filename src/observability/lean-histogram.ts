import type { Metric, MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client';

/** What a {@link LeanHistogram} is made of. */
export interface LeanHistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
  readonly registers: readonly Registry[];
}

interface Series {
  readonly labels: Readonly<Record<string, string | number>>;
  /** Samples per bucket, not cumulative; the last is for those above all bounds. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * A histogram with the exposition of prom-client's, whose series are held by whoever observes: a sample is an addition, not a
 * hash of its labels. Two are taken in every request.
 */
export class LeanHistogram<Label extends string> {
  private readonly series: Series[] = [];

  constructor(private readonly options: LeanHistogramOptions<Label>) {
    const metric = { name: options.name, help: options.help, type: 'histogram', aggregator: 'sum', get: async () => this.read(), reset: () => this.reset() };
    for (const registry of options.registers) registry.registerMetric(metric as unknown as Metric);
  }

  /** The function that takes samples of one set of labels; asked for once each. */
  of(labels: Readonly<Record<Label, string | number>>): (value: number) => void {
    const { buckets } = this.options;
    const series: Series = { labels, counts: new Float64Array(buckets.length + 1), sum: 0 };
    this.series.push(series);
    return (value) => {
      let at = 0;
      while (at < buckets.length && value > (buckets[at] as number)) at += 1;
      series.counts[at] = (series.counts[at] as number) + 1;
      series.sum += value;
    };
  }

  private read(): Omit<MetricObjectWithValues<MetricValueWithName<string>>, 'collect'> {
    const { name, help } = this.options;
    return { name, help, type: 'histogram' as never, aggregator: 'sum', values: this.series.flatMap((series) => this.valuesOf(series)) };
  }

  private valuesOf({ labels, counts, sum }: Series): MetricValueWithName<string>[] {
    const { name, buckets } = this.options;
    let total = 0;
    const bounds = [...buckets, '+Inf'].map((le, at) => ({ metricName: `${name}_bucket`, labels: { le, ...labels }, value: (total += counts[at] as number) }));
    return [...bounds, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: total }];
  }

  private reset(): void {
    for (const series of this.series) {
      series.counts.fill(0);
      series.sum = 0;
    }
  }
}
