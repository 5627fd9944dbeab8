import type { Setting } from './setting.js';
import type { SettingsProblem } from './settings-error.js';
import type { settingsModel } from './model/index.js';

type Model = typeof settingsModel;
type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The values of all settings, by group. */
export type SettingValues = {
  readonly [Group in keyof Model]: { readonly [Name in keyof Model[Group]]: ValueOf<Model[Group][Name]> };
};

/** Every setting, validated and deeply frozen; secrets are wrapped in {@link Secret}. Made only by {@link loadSettings}. */
export type Settings = SettingValues & {
  /** Whether this is `NODE_ENV=production`. */
  readonly production: boolean;
  /** What is allowed but deserves a second look; for the start log and `polity doctor`. */
  readonly warnings: readonly SettingsProblem[];
};
