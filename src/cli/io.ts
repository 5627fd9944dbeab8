import type { Readable } from 'node:stream';
import type { Environment } from '../config/index.js';

/** What a command has of the world outside. */
export interface Io {
  /** Standard output: only what was asked for. */
  out(text: string): void;
  /** The same for output of any length: resolves when the reader has taken it. */
  stream(text: string): Promise<void>;
  /** Standard error: progress, questions and errors. */
  err(text: string): void;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Variables to read the settings from; absent = the process's own. */
  readonly env?: Environment;
}

/** The terminal of this process. */
export const processIo: Io = {
  out: (text) => process.stdout.write(text),
  stream: (text) => new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
  }),
  err: (text) => process.stderr.write(text),
  stdin: process.stdin,
};
