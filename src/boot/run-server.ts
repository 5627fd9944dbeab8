import { loadSettings, SettingsError } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';
import { MasterKeyMismatch } from '../persistence/index.js';
import { firstContact } from './first-contact.js';
import { startPolity, type PolityServer, type ServerOptions } from './polity-server.js';

/**
 * Runs a server until a signal asks it to end; gives the exit code. A second signal changes nothing: draining is bounded by
 * `POLITY_DRAIN_TIMEOUT_MS`.
 *
 * @param say - where lines for the person at the terminal go
 * @param options - what a program that is more than a server sets apart
 */
export async function runServer(say: (line: string) => void, options: ServerOptions = {}): Promise<number> {
  let server: PolityServer;
  try {
    const settings = loadSettings();
    server = await startPolity(settings, options);
    for (const line of await firstContact(server)) say(line);
  } catch (error) {
    for (const line of explain(error)) say(line);
    return 1;
  }
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  await server.stop();
  return 0;
}

function explain(error: unknown): string[] {
  if (error instanceof SettingsError) return ['Polity does not start with these settings:', ...error.problems.map(({ variable, message }) => `  ${variable}: ${message}`)];
  if (error instanceof PolityError || error instanceof MasterKeyMismatch) return [`Polity does not start: ${error.message}`];
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return ['Polity does not start: the address is in use. Set PORT, or stop the other server.'];
  return [`Polity does not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
}
