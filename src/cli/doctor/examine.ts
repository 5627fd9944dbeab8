import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateDatabase } from '../../boot/database-addresses.js';
import { existingMasterKey } from '../../boot/master-key.js';
import { isLoopbackHost, loadSettings, SettingsError, type Settings } from '../../config/index.js';
import { masterKeyFingerprint } from '../../kernel/crypto/index.js';
import { createPool, StatementPool } from '../../persistence/index.js';
import { explain } from '../console/explain.js';
import type { Io } from '../io.js';
import { commandLogger } from '../surroundings.js';
import { checkAdministrators, checkMasterKey, checkPartitions, checkSequencer } from './check-content.js';
import { checkDatabase } from './check-database.js';
import { checkDisk, checkNode } from './check-machine.js';
import { checkMigrations, checkRoles } from './check-schema.js';
import { broken, type Finding, note, warning } from './finding.js';

/** What the doctor found; without settings nothing else could be looked at. */
export interface Examination {
  readonly settings: Settings | undefined;
  readonly findings: readonly Finding[];
}

/** Looks at everything that a server needs, as far as it can get, and changes nothing. */
export async function examine(io: Io): Promise<Examination> {
  const findings: Finding[] = [checkNode()];
  let settings: Settings;
  try {
    settings = loadSettings(io.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { settings: undefined, findings: [...findings, ...error.problems.map(({ variable, message }) => broken('setting_invalid', `${variable} ${message}`))] };
  }
  findings.push(...settings.warnings.map(({ variable, message }) => warning('setting_weak', `${variable} ${message}`)));
  findings.push(await checkDisk(settings.database.dataDir));
  findings.push(...(await examineDatabase(settings, io)));
  return { settings, findings };
}

/** A cluster in the data folder, or the pointer to one outside it. */
function hasEmbeddedDatabase(settings: Settings): boolean {
  return ['pg', 'pg.location'].some((name) => existsSync(join(settings.database.dataDir, name)));
}

async function examineDatabase(settings: Settings, io: Io): Promise<Finding[]> {
  if (settings.database.url === undefined && !hasEmbeddedDatabase(settings)) {
    return [note('database_absent', `there is no embedded database in ${settings.database.dataDir} yet; the first start makes it`)];
  }
  try {
    const addresses = await locateDatabase(settings, commandLogger(settings, io));
    try {
      return await examineContent(settings, addresses.server, addresses.embedded);
    } finally {
      await addresses.release();
    }
  } catch (error) {
    return [broken('database_unreachable', explain(error))];
  }
}

async function examineContent(settings: Settings, url: string, embedded: boolean): Promise<Finding[]> {
  const pool = createPool({ url, max: 1, applicationName: 'polity doctor', statementTimeoutMs: settings.database.statementTimeoutMs, onError: () => undefined });
  const database = new StatementPool(pool);
  try {
    const findings = await checkDatabase(database);
    const migrations = await checkMigrations(url, settings.production);
    findings.push(...migrations, ...(await checkRoles(url)));
    if (migrations.some(({ code }) => code === 'migrations_pending')) return findings;
    const key = await existingMasterKey(settings, embedded);
    const exposed = settings.production || !isLoopbackHost(settings.http.host);
    findings.push(await checkMasterKey(database, key === undefined ? undefined : masterKeyFingerprint(key)));
    findings.push(...(await checkAdministrators(database, exposed)), ...(await checkPartitions(database)), ...(await checkSequencer(database)));
    return findings;
  } finally {
    await database.close();
  }
}
