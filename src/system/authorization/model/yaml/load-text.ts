import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { wholeOf } from './place.js';
import type { Problems } from './problems.js';

/** Largest file. */
export const MOST_BYTES = 2 * 1024 ** 2;

/**
 * Reads a file as UTF-8. Devices, pipes and folders are no files: reading them might never end.
 *
 * @param file - its name in places
 * @returns undefined when it cannot be read, which has been reported
 */
export async function loadText(path: string, file: string, problems: Problems): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    // A pipe without a writer must not hold the command: it is opened without waiting, and then it is no file.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) return problems.add(wholeOf(file), 'This is no file.');
    if (status.size > MOST_BYTES) return problems.add(wholeOf(file), `A file has at most ${MOST_BYTES} bytes.`);
    return decoded(file, await handle.readFile(), problems);
  } catch (error) {
    return problems.add(wholeOf(file), `This file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`);
  } finally {
    await handle?.close();
  }
}

/** The text of UTF-8 bytes without their byte order mark; undefined when they are none, which has been reported. */
export function decoded(file: string, bytes: Uint8Array, problems: Problems): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problems.add(wholeOf(file), 'This file is no UTF-8.');
  }
}
