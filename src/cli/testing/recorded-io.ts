import { Readable } from 'node:stream';
import type { Environment } from '../../config/index.js';
import { run } from '../run.js';

/** What a command answered. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, with settings and input of its own. */
export async function runRecorded(args: readonly string[], env: Environment = {}, input = ''): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => void (out += text),
    stream: async (text) => void (out += text),
    err: (text) => void (err += text),
    stdin: Readable.from(input === '' ? [] : [input]),
    env,
  });
  return { code, out, err };
}
