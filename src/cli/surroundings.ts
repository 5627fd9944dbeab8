import type { DatabaseAddresses } from '../boot/database-addresses.js';
import type { Platform } from '../boot/platform.js';
import { loadSettings, type Settings } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';
import { createLogger, type Logger } from '../observability/index.js';
import type { RequestContext } from '../system/shared/contracts/index.js';
import type { Io } from './io.js';

/** A log on standard error. What a server says on its way up is no news here. */
export function commandLogger(settings: Settings, io: Io): Logger {
  const { observability } = settings;
  const logLevel = observability.logLevel === 'info' ? 'warn' : observability.logLevel;
  return createLogger({ observability: { ...observability, logLevel } }, { write: (line) => io.err(line) });
}

/** Runs work with the addresses of the database, which is started when it is the embedded one. */
export async function withDatabase<Result>(io: Io, work: (addresses: DatabaseAddresses, settings: Settings) => Promise<Result>): Promise<Result> {
  const settings = loadSettings(io.env);
  const { locateDatabase } = await import('../boot/database-addresses.js');
  const addresses = await locateDatabase(settings, commandLogger(settings, io));
  try {
    return await work(addresses, settings);
  } finally {
    await addresses.release();
  }
}

/**
 * Runs work on the services of a booted process without a server. Its audit events name the system.
 *
 * @throws PolityError `NOT_READY` with the reason of every capability that is not up
 */
export async function withPlatform<Result>(io: Io, work: (platform: Platform, context: RequestContext) => Promise<Result>): Promise<Result> {
  const settings = loadSettings(io.env);
  const [{ openPlatform }, { createRequestContext, ownRequest }, { SYSTEM }] = await Promise.all([
    import('../boot/platform.js'),
    import('../transport/request-contexts.js'),
    import('../system/shared/contracts/index.js'),
  ]);
  const platform = await openPlatform(settings, { logger: commandLogger(settings, io) });
  try {
    await platform.bringUp();
    const down = platform.kernel.status().filter(({ state }) => state !== 'ready' && state !== 'degraded');
    if (down.length > 0) throw new PolityError('NOT_READY', down.map(({ id, state, reason }) => `${id} is ${state}: ${reason ?? 'no reason known'}`).join('; '));
    return await work(platform, createRequestContext(platform.container, ownRequest(Date.now()), SYSTEM));
  } finally {
    await platform.close();
  }
}
