import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';

const KEY_BYTES = 32;

const keyFile = (settings: Settings): string => join(settings.database.dataDir, 'master.key');

async function readKeyFile(file: string): Promise<Uint8Array> {
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new PolityError('SETTINGS_INVALID', `${file} holds no 32-byte key in base64.`);
  return key;
}

/** The master key where there is one already: of the settings, or of the embedded database's folder. Makes none. */
export async function existingMasterKey(settings: Settings, embedded: boolean): Promise<Uint8Array | undefined> {
  const given = settings.keys.masterKey?.reveal();
  if (given !== undefined || !embedded) return given;
  return readKeyFile(keyFile(settings)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/**
 * The master key: from the settings; on the embedded database also from `$POLITY_DATA_DIR/master.key`, made on the first start.
 * @throws PolityError `SETTINGS_INVALID` when there is none for a foreign database: a key made there would be lost with this folder.
 */
export async function masterKey(settings: Settings, embedded: boolean): Promise<Uint8Array> {
  const given = settings.keys.masterKey?.reveal();
  if (given !== undefined) return given;
  if (!embedded) throw new PolityError('SETTINGS_INVALID', 'POLITY_MASTER_KEY (32 bytes, base64 or hex) is needed with DATABASE_URL.');
  const file = keyFile(settings);
  try {
    await writeFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readKeyFile(file);
}
