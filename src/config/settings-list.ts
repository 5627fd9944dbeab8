import { settingsModel } from './model/index.js';
import type { Setting } from './setting.js';

/** A setting with its place in the model. */
export interface PlacedSetting {
  readonly group: string;
  readonly name: string;
  readonly setting: Setting<unknown>;
}

/** All settings in the order of the model. */
export const settingsList: readonly PlacedSetting[] = Object.entries(settingsModel).flatMap(([group, settings]) =>
  Object.entries(settings).map(([name, setting]) => ({ group, name, setting: setting as Setting<unknown> })),
);

/** Name of the variable that gives the file of a secret. */
export const fileVariable = (variable: string): string => `${variable}_FILE`;

/** Every variable name that is read, the `_FILE` forms of secrets included. */
export const knownVariables: readonly string[] = settingsList.flatMap(({ setting }) =>
  setting.secret ? [setting.variable, fileVariable(setting.variable)] : [setting.variable],
);
