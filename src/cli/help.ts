import { POLITY_VERSION } from '../boot/version.js';
import type { Command } from './command.js';
import { columns } from './console/columns.js';

const EXIT_CODES = 'Exit codes: 0 it went well, 1 it did not, 2 wrong usage.';

/** The table of commands, all or those of a group. */
export function overview(commands: readonly Command[]): string {
  return [
    `Polity ${POLITY_VERSION}: who may do what on which resource, why, and with what proof.`,
    '',
    'Usage: polity <command> [options]',
    '',
    columns([...commands, { name: 'help', summary: 'Show this, or the options of a command: polity help backup create.' }].map(({ name, summary }) => [`  ${name}`, summary])),
    '',
    'Settings come from the environment (polity settings). Secrets come from variables, files or standard input, never from options.',
    EXIT_CODES,
    '',
  ].join('\n');
}

/** How one command is called. */
export function usageOf({ name, arguments: wanted = [], options = {} }: Command): string {
  const parts = Object.entries(options).map(([option, { value, required }]) => {
    const text = value === undefined ? `--${option}` : `--${option} ${value}`;
    return required === true ? text : `[${text}]`;
  });
  return ['polity', name, ...wanted.map((argument) => (argument.rest === true ? `[${argument.name}...]` : argument.name)), ...parts].join(' ');
}

/** Everything about one command. */
export function manual(command: Command): string {
  const rows = [
    ...(command.arguments ?? []).map(({ name, help }) => [`  ${name}`, help]),
    ...Object.entries(command.options ?? {}).map(([name, { value, help }]) => [value === undefined ? `  --${name}` : `  --${name} ${value}`, help]),
    ...(command.data === true ? [['  --json', 'Write the result as JSON.']] : []),
  ];
  return [
    command.summary,
    '',
    `Usage: ${usageOf(command)}`,
    ...(rows.length > 0 ? ['', columns(rows)] : []),
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    EXIT_CODES,
    '',
  ].join('\n');
}
