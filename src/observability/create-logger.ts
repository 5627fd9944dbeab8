import { destination as openDestination, pino, stdTimeFunctions, type Level, type Logger as PinoLogger } from 'pino';
import type { Settings } from '../config/index.js';
import type { LogFields, Logger, LogMethod } from './logger.js';
import { redact } from './redact.js';
import { redactText } from './secret-patterns.js';
import { textLine } from './text-line.js';

/** The settings that a logger needs. */
export interface LoggerSettings {
  readonly observability: Pick<Settings['observability'], 'logLevel' | 'logFormat'>;
}

/** Where lines go, each with its line break. */
export interface LogDestination {
  write(line: string): void;
}

/** Names that every entry has already; a field of such a name gets an underscore, so that it cannot pose as the real one. */
const OWN_NAMES = new Set(['time', 'level', 'message']);

const safeFields = (fields: LogFields): Record<string, unknown> => {
  const safe = redact(fields);
  if (typeof safe !== 'object' || safe === null) return { fields: safe };
  return Object.fromEntries(Object.entries(safe).map(([name, value]) => [OWN_NAMES.has(name) ? `${name}_` : name, value as unknown]));
};

const wrap = (inner: PinoLogger): Logger => {
  const method =
    (level: Level): LogMethod =>
    (message, fields = {}) => {
      if (inner.isLevelEnabled(level)) inner[level](safeFields(fields), redactText(message));
    };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    child: (fields) => wrap(inner.child(safeFields(fields))),
  };
};

const asText = (destination: LogDestination): LogDestination => ({
  write: (line) => {
    destination.write(textLine(line));
  },
});

/**
 * Makes the logger of a process. Lines are JSON (`time` in ISO 8601, `level` by name, `message`, fields) or text, and are written
 * before the call returns, so nothing is lost at an exit.
 *
 * @param destination - standard output unless given
 */
export const createLogger = (settings: LoggerSettings, destination: LogDestination = openDestination(1)): Logger => {
  const { logLevel, logFormat } = settings.observability;
  const options = {
    level: logLevel,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(pino(options, logFormat === 'text' ? asText(destination) : destination));
};
