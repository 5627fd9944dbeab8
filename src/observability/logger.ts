/** Facts of a log entry. An error goes under `error`. Secrets are removed from them, see {@link redact}. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one entry of a level. The message is constant text; what varies goes into the fields. */
export type LogMethod = (message: string, fields?: LogFields) => void;

/** The log of the process, or of a part of it. */
export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A logger whose every entry has these fields too, such as `requestId` or `component`. */
  child(fields: LogFields): Logger;
}
