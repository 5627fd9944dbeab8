import { readFileSync } from 'node:fs';
import { nearestName } from './nearest-name.js';
import type { Environment, Setting } from './setting.js';
import type { SettingsProblem } from './settings-error.js';
import { fileVariable, knownVariables, settingsList } from './settings-list.js';

/** The raw text of every setting that was given one, and what went wrong on the way. */
export interface SettingInputs {
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly SettingsProblem[];
}

const MAXIMUM_FILE_BYTES = 64 * 1024;

const given = (env: Environment, variable: string): string | undefined => env[variable]?.trim() || undefined;

/** @throws Error that says what is wrong with the file, without its content. */
const readSecretFile = (path: string): string => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  if (text.trim() === '') throw new Error('the file is empty');
  if (text.length > MAXIMUM_FILE_BYTES) throw new Error(`the file is larger than ${MAXIMUM_FILE_BYTES} bytes`);
  return text.trim();
};

const readText = (env: Environment, { variable, secret }: Setting<unknown>): string | undefined => {
  const direct = given(env, variable);
  const file = secret ? given(env, fileVariable(variable)) : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) throw new Error(`set either ${variable} or ${fileVariable(variable)}, not both`);
  return readSecretFile(file);
};

const unknownVariables = (env: Environment): SettingsProblem[] =>
  Object.keys(env)
    .filter((name) => name.startsWith('POLITY_') && !knownVariables.includes(name))
    .map((variable) => ({ variable, message: `is not a setting; did you mean ${nearestName(variable, knownVariables)}?` }));

/**
 * Collects the text of every setting. Blanks around a value are dropped and an empty value counts as not set.
 * A secret may come from the file that `<variable>_FILE` names. An unknown `POLITY_` variable is a problem: it is a typing
 * error that would otherwise leave a default in force.
 */
export const readInputs = (env: Environment): SettingInputs => {
  const texts = new Map<string, string>();
  const problems = unknownVariables(env);
  for (const { setting } of settingsList) {
    try {
      const text = readText(env, setting);
      if (text !== undefined) texts.set(setting.variable, text);
    } catch (error) {
      const source = given(env, setting.variable) === undefined ? fileVariable(setting.variable) : setting.variable;
      problems.push({ variable: source, message: (error as Error).message });
    }
  }
  return { texts, problems };
};
