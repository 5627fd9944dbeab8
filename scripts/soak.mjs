// `npm run test:soak`: what `npm test` does in seconds, for as long as it takes to be sure. Arguments that begin with the name of a part
// run that part alone: `npm run test:soak -- differential`.
//
// differential  DIFFERENTIAL_CHECKS random checks, 10,000,000 when absent, on two databases at once; DIFFERENTIAL_SEED is the first world.
// kill-server   kills the server SOAK_ROUNDS times, 50 when absent.
// time-travel   PAST_DECISIONS recorded decisions of a changing Space, 10,000 when absent, asked again as of their moment.
import { say } from './lib/output.mjs';
import { at } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const CHECKS = Number(process.env.DIFFERENTIAL_CHECKS ?? 10_000_000);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
/** Far enough apart that no world is seen twice. */
const SEEDS_APART = 1_000_000;

const jest = (path, environment) => run(process.execPath, [at('scripts/test.mjs'), path], environment);

const PARTS = {
  differential: () => [0, 1].map((half) => jest('test/differential/differential.test.ts', {
    DIFFERENTIAL_CHECKS: String(Math.ceil(CHECKS / 2)), DIFFERENTIAL_SEED: String(FIRST_SEED + half * SEEDS_APART),
  })),
  'kill-server': () => [jest('test/faults/kill-server.test.ts', { SOAK_ROUNDS: process.env.SOAK_ROUNDS ?? '50' })],
  'time-travel': () => [jest('test/contract/cases/time-travel-replay.test.ts', { PAST_DECISIONS: process.env.PAST_DECISIONS ?? '10000' })],
};

const asked = process.argv.slice(2);
const names = Object.keys(PARTS).filter((name) => asked.length === 0 || asked.some((argument) => argument.startsWith(name)));
if (names.length === 0) say(`there is no part ${asked.join(' ')}; there are ${Object.keys(PARTS).join(', ')}`);
let good = names.length > 0;
for (const name of names) {
  const ended = await Promise.all(PARTS[name]());
  if (ended.some(({ code }) => code !== 0)) good = false;
}
process.exit(good ? 0 : 1);
