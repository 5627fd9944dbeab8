import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Io } from '../io.js';
import { UsageError } from '../usage-error.js';

/**
 * Reads a secret from a file, or from standard input: typed unseen at a terminal, else its first line.
 *
 * @param file - value of the option; `-` and absent mean standard input
 * @param option - name of the option, for errors
 * @throws UsageError naming the option
 */
export async function readSecret(io: Io, file: string | undefined, option: string, label: string): Promise<string> {
  const secret = file === undefined || file === '-' ? await readInput(io, label) : await readSecretFile(file, option);
  if (secret === '') throw new UsageError(`--${option}: ${file === undefined || file === '-' ? 'standard input' : 'the file'} is empty`);
  return secret;
}

async function readSecretFile(file: string, option: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${option}: ${file} cannot be read (${error.code})`);
  });
  return firstLine(text);
}

async function readInput(io: Io, label: string): Promise<string> {
  if (io.stdin.isTTY === true) return ask(io, label);
  let text = '';
  for await (const chunk of io.stdin) text += String(chunk);
  return firstLine(text);
}

async function ask(io: Io, label: string): Promise<string> {
  io.err(`${label}: `);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: io.stdin, output: unseen, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      terminal.question('', resolve);
      terminal.once('SIGINT', () => reject(new UsageError('nothing was typed')));
    });
  } finally {
    terminal.close();
    io.err('\n');
  }
}

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0]!;
