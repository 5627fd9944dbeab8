import { existingMasterKey } from '../../boot/master-key.js';
import { POLITY_VERSION } from '../../boot/version.js';
import { masterKeyFingerprint } from '../../kernel/crypto/index.js';
import { createBackup, restoreBackup, verifyBackup, type BackupManifest } from '../../persistence/backup/index.js';
import type { AuditEntry } from '../../system/shared/contracts/index.js';
import { OK, type Command } from '../command.js';
import { withDatabase } from '../surroundings.js';

const DIGEST = { value: 'HEX', help: 'Digest that `backup create` printed: refuse a backup that is another one as a whole.' };

const rowsOf = ({ tables }: BackupManifest): number => tables.reduce((sum, { rows }) => sum + rows, 0);
const storedBytes = ({ tables }: BackupManifest): number => tables.reduce((sum, { file }) => sum + file.bytes, 0);

const described = (folder: string, manifest: BackupManifest): object => {
  const { tables, sequences: _sequences, migrations: _migrations, ...rest } = manifest;
  return { folder, ...rest, tables: tables.length, rows: rowsOf(manifest), bytes: storedBytes(manifest) };
};

// Its digest is its name: the folder may be moved.
const eventOf = (type: 'backup.created' | 'backup.restored', manifest: BackupManifest): AuditEntry => ({
  type,
  spaceId: '',
  target: { type: 'Backup', id: manifest.digest },
  details: { takenAt: manifest.createdAt, schemaVersion: manifest.schemaVersion, rows: rowsOf(manifest), auditIndex: manifest.logHeads.audit },
});

const summary = (manifest: BackupManifest): string =>
  `${manifest.tables.length} tables, ${rowsOf(manifest)} rows, ${storedBytes(manifest)} bytes; schema ${manifest.schemaVersion}; taken ${manifest.createdAt}; digest ${manifest.digest}`;

const create: Command = {
  name: 'backup create',
  summary: 'Copy every table of one snapshot into a new folder, with checksums; the server may go on.',
  details: 'The folder holds what the database holds, password hashes and wrapped keys among it: keep it as you keep the database. The database gets an audit event that it was made, or there is no backup. The master key is not in it: keep that apart, '
    + 'without it a restored database cannot be used. Works with the address of the owner.',
  data: true,
  options: { out: { value: 'DIR', help: 'Folder of the backup: it must not be there yet, or be empty.', required: true } },
  run: (invocation) => withDatabase(invocation.io, async ({ owner }) => {
    const folder = invocation.required('out');
    const { writeOperatorEvent } = await import('../../boot/operator-log.js');
    const record = (made: BackupManifest): Promise<void> => writeOperatorEvent(owner, eventOf('backup.created', made));
    const manifest = await createBackup({ url: owner, folder, productVersion: POLITY_VERSION, record, log: (line) => invocation.io.err(`${line}\n`) });
    invocation.print(described(folder, manifest), () => `${folder}: ${summary(manifest)}\n`);
    return OK;
  }),
};

const verify: Command = {
  name: 'backup verify',
  summary: 'Read all of a backup and hold it against its checksums, without a database.',
  data: true,
  arguments: [{ name: 'DIR', help: 'Folder of the backup.' }],
  options: { digest: DIGEST },
  async run(invocation) {
    const folder = invocation.argument('DIR');
    const manifest = await verifyBackup(folder, invocation.option('digest'));
    invocation.print(described(folder, manifest), () => `${folder} is whole: ${summary(manifest)}\n`);
    return OK;
  },
};

const restore: Command = {
  name: 'backup restore',
  summary: 'Bring a backup back into an empty database, and migrate it on to this release.',
  details: 'All of the backup is verified first; it is loaded in one transaction, everything or nothing. The restored log gets an event that names the backup. Works with the address of the owner. Start servers afterwards, with the same master key.',
  data: true,
  arguments: [{ name: 'DIR', help: 'Folder of the backup.' }],
  options: { digest: DIGEST },
  run: (invocation) => withDatabase(invocation.io, async ({ owner, embedded }, settings) => {
    const { io } = invocation;
    const folder = invocation.argument('DIR');
    const key = await existingMasterKey(settings, embedded);
    const { manifest, schemaVersion } = await restoreBackup({
      url: owner,
      folder,
      digest: invocation.option('digest'),
      masterKeyFingerprint: key === undefined ? undefined : masterKeyFingerprint(key),
      log: (line) => io.err(`${line}\n`),
    });
    const { writeOperatorEvent } = await import('../../boot/operator-log.js');
    await writeOperatorEvent(owner, eventOf('backup.restored', manifest));
    const expected = manifest.instance.masterKeyFingerprint;
    if (key === undefined && expected !== undefined) io.err(`Give the server the master key with the fingerprint ${expected.slice(0, 16)}… before it starts.\n`);
    invocation.print({ ...described(folder, manifest), restoredSchemaVersion: schemaVersion }, () => `Restored ${summary(manifest)}; the database is now at schema ${schemaVersion}\n`);
    return OK;
  }),
};

export const backupCommands: readonly Command[] = [create, verify, restore];
