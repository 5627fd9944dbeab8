import { Writable } from 'node:stream';
import { BackupError } from './backup-error.js';
import type { BackupManifest } from './backup-manifest.js';
import { readManifest } from './manifest-file.js';
import { readTable } from './read-table.js';

/**
 * Reads all of a backup and holds it against its manifest, without a database.
 *
 * @param digest - digest of the manifest as it was printed when the backup was made; it shows a backup that was replaced as a whole
 * @throws BackupError `NOT_A_BACKUP` or `DAMAGED`, naming the first file that differs
 */
export async function verifyBackup(folder: string, digest?: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  if (digest !== undefined && manifest.digest !== digest.toLowerCase()) {
    throw new BackupError('DAMAGED', `${folder} is not the backup with the digest ${digest}: its own is ${manifest.digest}`);
  }
  for (const table of manifest.tables) {
    await readTable(folder, table, new Writable({ write: (_chunk, _encoding, done) => done() }));
  }
  return manifest;
}
