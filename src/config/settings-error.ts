/** One thing that is wrong with a setting. `message` never holds the value, which may be a secret. */
export interface SettingsProblem {
  /** Name of the environment variable, such as `POLITY_MASTER_KEY`. */
  readonly variable: string;
  /** What is wrong and, where it helps, what to set instead. */
  readonly message: string;
}

/** Thrown once for all settings, with every problem found, so that one start shows everything there is to mend. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS_INVALID';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(['Settings are not valid:', ...problems.map(({ variable, message }) => `  ${variable}: ${message}`)].join('\n'));
    this.problems = Object.freeze([...problems]);
  }
}
