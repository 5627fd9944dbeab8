import type * as Persistence from '../../../src/persistence/index.js';
import type { SpaceIndex } from '../../../src/system/authorization/fact-index/space-index.js';
import type * as Loader from '../../../src/system/authorization/fact-index/space-loader.js';
import type { CheckedCandidate } from '../../../src/system/authorization/engine/index.js';
import type { Contender } from '../contender.js';
import { at } from '../../support/paths.js';
import { askByAllIds, askByOneId, SPACE } from '../indexed.js';

/** Address of the database that holds the workload, for the server's role. */
export const WORKLOAD_URL = 'POLITY_BENCH_WORKLOAD_URL';

/** Reads the Space of the workload as a server does. */
export async function loadWorkloadSpace(): Promise<SpaceIndex> {
  const { Database } = (await import(at('dist/src/persistence/index.js'))) as typeof Persistence;
  const { loadOnce } = (await import(at('dist/src/system/authorization/fact-index/space-loader.js'))) as typeof Loader;
  const database = Database.open({
    url: process.env[WORKLOAD_URL] ?? '', max: 1, applicationName: 'polity bench', statementTimeoutMs: 60_000, onError: () => undefined, entities: [],
  });
  const index = await loadOnce(database, SPACE);
  await database.close();
  if (index === undefined) throw new Error('the workload is not in the database');
  return index;
}

/** The index of the server over the workload in PostgreSQL, asked with the four ids of an actor; statuses, ends, Spaces and deny codes are decided as always. */
export const polity: Contender = {
  name: 'polity',
  load: async (workload) => ({ check: askByAllIds(await loadWorkloadSpace(), workload, Date.now()) }),
};

/** The same, asked with the id of the binding alone: one string for the user, as the reference has. */
export const polityOneId: Contender = {
  name: 'polity, one id',
  load: async (workload) => ({ check: askByOneId(await loadWorkloadSpace(), workload, Date.now()) }),
};

/** The same with the whole path: every candidate is told, and the assignment, Role and Permission that decided are read. */
export const polityExplained: Contender = {
  name: 'polity, explained',
  load: async (workload) => {
    const ask = askByAllIds(await loadWorkloadSpace(), workload, Date.now());
    let read = 0;
    const record = ({ grant, scopeCheck }: CheckedCandidate): void => {
      read += grant.memberRole.id.length + grant.role.key.length + grant.permission.id.length + scopeCheck.rule.length;
    };
    return { check: (n) => ask(n, record) && read >= 0 };
  },
};
