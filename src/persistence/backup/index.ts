export { BackupError, type BackupErrorCode } from './backup-error.js';
export type { BackupManifest, BackupSequence, BackupTable } from './backup-manifest.js';
export { createBackup, type CreateBackupOptions } from './create-backup.js';
export { restoreBackup, type RestoreBackupOptions, type RestoreResult } from './restore-backup.js';
export { verifyBackup } from './verify-backup.js';
