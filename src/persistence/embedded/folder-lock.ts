import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const RETRY_MS = 5;
const SQLITE_BUSY = 5;

const open = (file: string): DatabaseSync => {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    throw new EmbeddedPostgresError('FOLDER_UNUSABLE', `${file} cannot be opened as a lock.`, error);
  }
};

const tryLock = (database: DatabaseSync): boolean => {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
};

/**
 * Runs work while no other process, and no other call in this one, does so with the same file.
 *
 * The lock is an exclusive transaction on an empty SQLite file: the one lock in Node's library that the operating system itself
 * releases when its holder dies, so that there is no stale lock to guess about.
 *
 * @param waitMs - longest wait for the lock, milliseconds
 * @throws EmbeddedPostgresError `BUSY` or `FOLDER_UNUSABLE`
 */
export async function withFolderLock<Result>(file: string, waitMs: number, work: () => Promise<Result>): Promise<Result> {
  const database = open(file);
  try {
    const deadline = Date.now() + waitMs;
    while (!tryLock(database)) {
      if (Date.now() > deadline) {
        throw new EmbeddedPostgresError('BUSY', `Another process has been starting or stopping the database of ${file} for ${waitMs} ms.`);
      }
      await sleep(RETRY_MS);
    }
    return await work();
  } finally {
    database.close();
  }
}
