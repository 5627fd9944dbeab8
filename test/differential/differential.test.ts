import { DifferentialEra, type EraCounts } from './support/differential-era.js';

/** `npm run test:soak` asks for more. */
const CHECKS = Number(process.env['DIFFERENTIAL_CHECKS'] ?? 100_000);
/** Worlds are numbered by their seeds: one that found a difference is run by its own, and a soak that was ended goes on from any. */
const FIRST_SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);
const CHECKS_OF_A_WORLD = 25_000;

test(`${CHECKS} random checks have the same answers from memory, from SQL and from the rules, while the facts change`, async () => {
  const total: EraCounts = { checks: 0, fromMemory: 0, live: 0, foreign: 0, changes: 0, codes: new Map() };
  const began = performance.now();
  // As many as are wanted, and on until memory has answered a quarter of that: how often it lags behind is up to the machine.
  for (let seed = FIRST_SEED; total.checks < CHECKS || (total.fromMemory <= CHECKS / 4 && total.checks < 4 * CHECKS); seed += 1) {
    const counts = await new DifferentialEra(seed).run(total.checks < CHECKS ? Math.min(CHECKS_OF_A_WORLD, CHECKS - total.checks) : CHECKS_OF_A_WORLD);
    for (const key of ['checks', 'fromMemory', 'live', 'foreign', 'changes'] as const) total[key] += counts[key];
    for (const [code, count] of counts.codes) total.codes.set(code, (total.codes.get(code) ?? 0) + count);
    const perSecond = Math.round((total.checks / (performance.now() - began)) * 1_000);
    process.stdout.write(`differential: ${total.checks} of ${CHECKS} checks (${perSecond}/s, ${total.fromMemory} from memory) over ${total.changes} transactions, seed ${seed}: 0 differences\n`);
  }
  expect(total.checks).toBeGreaterThanOrEqual(CHECKS);
  expect(total.fromMemory).toBeGreaterThan(CHECKS / 4);
  expect(total.live).toBeGreaterThan(0);
  expect(total.changes).toBeGreaterThan(CHECKS / 2_000);
  expect(total.codes.size).toBeGreaterThanOrEqual(20);
  expect(total.codes.get('ALLOW')).toBeGreaterThan(CHECKS / 100);
}, CHECKS * 2 + 120_000);
