import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../usage-error.js';
import { modelOfBytes, MOST_BYTES, type Model } from '../../system/authorization/model/index.js';

/** A model file as it was read. */
export interface ModelFile {
  readonly file: string;
  readonly model: Model;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Reads a model file.
 *
 * @throws UsageError for a file that cannot be read, FilesRefused with the place of each mistake in it
 */
export async function readModelFile(file: string): Promise<ModelFile> {
  const status = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`FILE: ${file} cannot be read (${error.code})`);
  });
  if (!status.isFile()) throw new UsageError(`FILE: ${file} is no file`);
  if (status.size > MOST_BYTES) throw new UsageError(`FILE: ${file} has more than ${MOST_BYTES} bytes`);
  const bytes = await readFile(file);
  return { file, model: modelOfBytes(file, bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
}
