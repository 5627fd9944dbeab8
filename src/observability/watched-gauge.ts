import { Gauge, type Registry } from 'prom-client';

/** A gauge that appears once there is something to read, and is read at each scrape: it cannot go stale. */
export const watchedGauge = (registers: Registry[], name: string, help: string) => (read: () => number): void => {
  registers.forEach((registry) => registry.removeSingleMetric(name));
  void new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
};
