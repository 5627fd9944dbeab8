import { Secret } from './secret.js';
import type { Settings } from './settings.js';
import { settingsList } from './settings-list.js';

/** One row of the table of settings. */
export interface SettingDescription {
  /** Group of the model, such as `http`. */
  readonly group: string;
  /** Name of the environment variable. */
  readonly variable: string;
  readonly description: string;
  /** Unit of a number; `undefined` for everything else. */
  readonly unit: string | undefined;
  /** Words for the default; empty when there is none. */
  readonly defaultText: string;
  /** A secret may also come from the file named by `<variable>_FILE`. */
  readonly secret: boolean;
  /** The value in force, `set` or `unset` for a secret; `undefined` when no settings were given. */
  readonly value: string | undefined;
}

const render = (value: unknown): string => {
  if (value === undefined) return 'unset';
  if (value instanceof Secret) return 'set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(render).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * The table of settings that the documentation and `polity doctor` print.
 * @param settings shows the values in force too; secrets only as `set` or `unset`
 */
export const describeSettings = (settings?: Settings): SettingDescription[] =>
  settingsList.map(({ group, name, setting: { variable, description, unit, fallback, secret } }) => {
    const groups = settings as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
    const value = groups === undefined ? undefined : render(groups[group]?.[name]);
    return { group, variable, description, unit, defaultText: fallback.text, secret, value };
  });
