/** Stops the run's cluster; the watchdog then removes what is left. */
export default async function globalTeardown(): Promise<void> {
  const cluster = globalThis.polityTestCluster;
  if (cluster === undefined) return;
  await cluster.postgres.stop().finally(() => cluster.watchdog.release());
}
