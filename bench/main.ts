import { authzen } from './benches/authzen.js';
import { check } from './benches/check.js';
import { decisions } from './benches/decisions.js';
import { graphql } from './benches/graphql.js';
import { list } from './benches/list.js';
import { lists } from './benches/lists.js';
import { mutations } from './benches/mutations.js';
import { revocation } from './benches/revocation.js';
import { sequencer } from './benches/sequencer.js';
import { start } from './benches/start.js';
import { streams } from './benches/streams.js';
import { describeMachine } from './support/machine.js';
import { say, verdictLine, type Bench, type Verdict } from './support/report.js';
import { endChildren } from './support/children.js';

const BENCHES: readonly Bench[] = [list, graphql, streams, mutations, check, decisions, authzen, lists, start, revocation, sequencer];

/** Word after the names that asks for the short form. */
const QUICK = 'quick';

async function main(words: readonly string[]): Promise<number> {
  const names = words.filter((word) => word !== QUICK);
  const isQuick = names.length < words.length;
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    say(`no such bench: ${unknown.join(', ')}; there are: ${BENCHES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const chosen = BENCHES.filter(({ name }) => names.length === 0 || names.includes(name));
  const long = chosen.filter((bench) => isQuick && bench.quick === undefined);
  if (long.length > 0) {
    say(`no quick form: ${long.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  say(...describeMachine());
  const verdicts: Verdict[] = [];
  for (const bench of chosen) {
    say('', `== ${bench.name}: ${bench.title}`);
    verdicts.push(...(await (isQuick && bench.quick !== undefined ? bench.quick() : bench.run())));
  }
  say('', '== bars', ...verdicts.map(verdictLine));
  const missed = verdicts.filter(({ measured, most }) => !(measured <= most));
  if (missed.length > 0) say('', `missed: ${missed.map(({ name }) => name).join(', ')}`);
  return missed.length > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.on('exit', endChildren);
process.exit(await main(process.argv.slice(2)));
