import type { UserMistake } from '../../system/shared/services/index.js';
import type { Io } from '../io.js';

/** Writes what a service refused, one line each, with the option that each is about; tells whether there was anything. */
export function reportMistakes(io: Io, errors: readonly UserMistake[], optionOf: (path: readonly string[]) => string | undefined = () => undefined): boolean {
  for (const { code, message, path } of errors) {
    const option = optionOf(path);
    io.err(`polity: ${option === undefined ? '' : `--${option}: `}${message} (${code})\n`);
  }
  return errors.length > 0;
}
