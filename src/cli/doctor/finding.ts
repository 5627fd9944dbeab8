/**
 * How a finding matters: `ok` is as it should be, `note` is worth knowing, `warning` works and deserves a look, `broken` does not work
 * or is not safe.
 */
export type FindingLevel = 'ok' | 'note' | 'warning' | 'broken';

/** One thing that the doctor looked at. */
export interface Finding {
  readonly level: FindingLevel;
  /** Stable name; docs/operations.md explains each. */
  readonly code: string;
  /** One sentence: what was found and, where it helps, what to do. No secret. */
  readonly message: string;
}

const make = (level: FindingLevel) => (code: string, message: string): Finding => ({ level, code, message });

export const ok = make('ok');
export const note = make('note');
export const warning = make('warning');
export const broken = make('broken');
