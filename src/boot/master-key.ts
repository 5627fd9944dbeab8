import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';

const KEY_BYTES = 32;

/**
 * The master key: from the settings; on the embedded database also from `$POLITY_DATA_DIR/master.key`, made on the first start.
 * @throws PolityError `SETTINGS_INVALID` when there is none for a foreign database: a key made there would be lost with this folder.
 */
export async function masterKey(settings: Settings, embedded: boolean): Promise<Uint8Array> {
  const given = settings.keys.masterKey?.reveal();
  if (given !== undefined) return given;
  if (!embedded) throw new PolityError('SETTINGS_INVALID', 'POLITY_MASTER_KEY (32 bytes, base64 or hex) is needed with DATABASE_URL.');
  const file = join(settings.database.dataDir, 'master.key');
  try {
    await writeFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new PolityError('SETTINGS_INVALID', `${file} holds no 32-byte key in base64.`);
  return key;
}
