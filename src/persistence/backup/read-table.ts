import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BackupError } from './backup-error.js';
import type { BackupTable } from './backup-manifest.js';
import { Measure } from './measure.js';

const isZlibError = ({ code }: NodeJS.ErrnoException): boolean => code?.startsWith('Z_') === true;

/**
 * Sends the data of one table to a sink and holds it against the manifest on the way.
 *
 * @param sink - gets the text form of `COPY`
 * @throws BackupError `DAMAGED` naming the file; the sink may have got some of it by then
 */
export async function readTable(folder: string, table: BackupTable, sink: Writable): Promise<void> {
  const path = join(folder, table.file.name);
  const file = new Measure();
  const data = new Measure();
  try {
    await pipeline(createReadStream(path), file, createGunzip(), data, sink);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.path !== undefined) throw new BackupError('DAMAGED', `${path} cannot be read (${failure.code})`, { cause: error });
    if (isZlibError(failure)) throw new BackupError('DAMAGED', `${path} is damaged: ${failure.message}`, { cause: error });
    throw error;
  }
  const differences = [
    file.sha256 === table.file.sha256 && file.bytes === table.file.bytes ? undefined : 'the checksum of the file',
    data.sha256 === table.sha256 && data.bytes === table.bytes ? undefined : 'the checksum of its data',
    data.lines === table.rows ? undefined : `the number of rows (${data.lines}, not ${table.rows})`,
  ].filter((difference) => difference !== undefined);
  if (differences.length > 0) throw new BackupError('DAMAGED', `${path} is damaged: it differs in ${differences.join(' and ')}`);
}
