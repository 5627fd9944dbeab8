import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { PolityError } from '../../kernel/errors/index.js';
import type { Io } from '../io.js';
import { UsageError } from '../usage-error.js';

/** Where an export goes. */
export interface ExportTarget {
  readonly write: (text: string) => Promise<void>;
  /** Holds what was written against the digest of the whole; a file gets its name only now. */
  finish(sha256: string): Promise<void>;
  /** Takes back what can be taken back. */
  discard(): Promise<void>;
}

/**
 * Standard output, or a new file for its owner alone.
 *
 * @throws UsageError when the file is there or cannot be made
 */
export async function exportTarget(io: Io, file: string | undefined): Promise<ExportTarget> {
  const hash = createHash('sha256');
  const check = (sha256: string): void => {
    // A transaction that lost a race runs again from its start, and its first lines have been written by then.
    if (hash.digest('hex') !== sha256) throw new PolityError('SERVICE_UNAVAILABLE', 'The export was disturbed and what was written is not whole; run it again.');
  };
  if (file === undefined) {
    return { write: (text) => io.stream(hash.update(text) && text), finish: async (sha256) => check(sha256), discard: async () => undefined };
  }
  if (existsSync(file)) throw new UsageError(`--out: ${file} is there already`);
  const partial = `${file}.partial`;
  const handle = await open(partial, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--out: ${partial} cannot be made (${error.code})`);
  });
  return {
    async write(text) {
      hash.update(text);
      await handle.writeFile(text);
    },
    async finish(sha256) {
      check(sha256);
      await handle.sync();
      await handle.close();
      await rename(partial, file);
    },
    async discard() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}
