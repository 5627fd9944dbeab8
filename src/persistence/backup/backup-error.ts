/**
 * Why a backup or a restore stopped.
 *
 * - `FOLDER_UNUSABLE`: the folder of a new backup holds something already, or cannot be written.
 * - `NOT_ALLOWED`: the role of the address may not read everything.
 * - `NOT_A_BACKUP`: there is no manifest, or not one of this format.
 * - `DAMAGED`: something in the backup is not what was written.
 * - `SCHEMA_UNKNOWN`: the backup comes from a release with other migrations than this one has.
 * - `DATABASE_NOT_EMPTY`: the database to restore into holds data, or is ahead of the backup.
 * - `MASTER_KEY_DIFFERS`: the keys in the backup do not open with the master key that was given.
 * - `RESTORE_FAILED`: PostgreSQL refused the data; nothing of it stays.
 */
export type BackupErrorCode =
  | 'FOLDER_UNUSABLE'
  | 'NOT_ALLOWED'
  | 'NOT_A_BACKUP'
  | 'DAMAGED'
  | 'SCHEMA_UNKNOWN'
  | 'DATABASE_NOT_EMPTY'
  | 'MASTER_KEY_DIFFERS'
  | 'RESTORE_FAILED';

/** A backup or a restore that stopped, in words for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';

  constructor(
    readonly code: BackupErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
