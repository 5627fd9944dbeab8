import { deepFreeze } from './deep-freeze.js';
import { readInputs } from './read-inputs.js';
import { checkConsistency } from './rules/consistency.js';
import { checkProduction } from './rules/production.js';
import { findWarnings } from './rules/warnings.js';
import type { DefaultContext, Environment, RuntimeEnvironment, Setting } from './setting.js';
import type { SettingValues, Settings } from './settings.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { settingsList } from './settings-list.js';

interface Draft {
  readonly values: SettingValues;
  readonly problems: readonly SettingsProblem[];
}

const parseProblem = (setting: Setting<unknown>, issues: readonly { path: readonly PropertyKey[]; message: string }[]) => ({
  variable: setting.variable,
  message: issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; '),
});

/** Reads every text by its schema. A setting that is wrong keeps its default, so that the rules can judge the others. */
const parse = (texts: ReadonlyMap<string, string>): Draft => {
  const environment = (texts.get('NODE_ENV') ?? 'development') as RuntimeEnvironment;
  const context: DefaultContext = { environment, has: (variable) => texts.has(variable) };
  const values: Record<string, Record<string, unknown>> = {};
  const problems: SettingsProblem[] = [];
  for (const { group, name, setting } of settingsList) {
    const text = texts.get(setting.variable);
    const parsed = text === undefined ? undefined : setting.schema.safeParse(text);
    if (parsed?.success === false) problems.push(parseProblem(setting, parsed.error.issues));
    const section = (values[group] ??= {});
    section[name] = parsed?.success === true ? parsed.data : setting.fallback.derive(context);
  }
  return { values: values as unknown as SettingValues, problems };
};

/**
 * Reads and validates every setting. This is the only place that reads `process.env`.
 * @param env variables to read instead of the process's own
 * @returns the settings, deeply frozen
 * @throws SettingsError with every problem found: malformed or unknown variables, unreadable files, settings that contradict each
 * other and, under `NODE_ENV=production`, every weak setting. Values are never part of a message.
 */
export const loadSettings = (env: Environment = process.env): Settings => {
  const inputs = readInputs(env);
  const draft = parse(inputs.texts);
  const found = [...inputs.problems, ...draft.problems];
  // A setting that could not be read is judged by its default here; what is said about it already is enough.
  const faulty = new Set(found.map(({ variable }) => variable.replace(/_FILE$/, '')));
  const production = draft.values.runtime.environment === 'production';
  const broken = [...checkConsistency(draft.values), ...(production ? checkProduction(draft.values) : [])];
  const problems = [...found, ...broken.filter(({ variable }) => !faulty.has(variable))];
  if (problems.length > 0) throw new SettingsError(problems);
  return deepFreeze({ ...draft.values, production, warnings: findWarnings(draft.values) });
};
