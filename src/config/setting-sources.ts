import type { Environment } from './setting.js';
import { fileVariable, settingsList } from './settings-list.js';

/** Where the value of a setting comes from: its own variable, the file that `<variable>_FILE` names, or the default. */
export type SettingSource = 'environment' | 'file' | 'default';

const isGiven = (env: Environment, variable: string): boolean => (env[variable] ?? '').trim() !== '';

/** Source of every setting, by the name of its variable. */
export const settingSources = (env: Environment = process.env): ReadonlyMap<string, SettingSource> =>
  new Map(settingsList.map(({ setting: { variable, secret } }) => {
    if (isGiven(env, variable)) return [variable, 'environment'];
    return [variable, secret && isGiven(env, fileVariable(variable)) ? 'file' : 'default'];
  }));
