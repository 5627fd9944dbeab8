import { POLITY_VERSION } from '../boot/version.js';
import { FAILED, OK, WRONG_USAGE, type Command } from './command.js';
import { commands } from './commands/index.js';
import { explain } from './console/explain.js';
import { manual, overview, usageOf } from './help.js';
import { Invocation } from './invocation.js';
import type { Io } from './io.js';
import { UsageError } from './usage-error.js';

/** Runs the command line and gives its exit code: 0 it went well, 1 it did not, 2 wrong usage. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [first] = args;
  if (first === '--version') return shown(io, `${POLITY_VERSION}\n`);
  if (first === 'help' || first === '--help' || first === '-h') return help(args.slice(1), io);
  const command = find(args);
  if (command === undefined) return refuse(io, first === undefined ? 'name a command' : `there is no command '${wordsOf(args)}'`, 'polity help');
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) return shown(io, manual(command));
  try {
    return await command.run(Invocation.of(command, rest, io));
  } catch (error) {
    if (error instanceof UsageError) return refuse(io, error.message, usageOf(command));
    io.err(`polity: ${explain(error)}\n`);
    return FAILED;
  }
}

function help(words: readonly string[], io: Io): number {
  if (words.length === 0) return shown(io, overview(commands));
  const command = find(words);
  if (command !== undefined && command.name === words.join(' ')) return shown(io, manual(command));
  const group = commands.filter(({ name }) => name.startsWith(`${words.join(' ')} `));
  return group.length > 0 ? shown(io, overview(group)) : refuse(io, `there is no command '${words.join(' ')}'`, 'polity help');
}

/** The command that the first words name. */
function find(args: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, position) => args[position] === word));
}

/** The words that were meant to name a command: two where the first is a group's. */
function wordsOf(args: readonly string[]): string {
  const isGroup = commands.some(({ name }) => name.startsWith(`${args[0]} `));
  return args.slice(0, isGroup && args[1]?.startsWith('-') === false ? 2 : 1).join(' ');
}

function shown(io: Io, text: string): number {
  io.out(text);
  return OK;
}

function refuse(io: Io, message: string, usage: string): number {
  io.err(`polity: ${message} (usage: ${usage})\n`);
  return WRONG_USAGE;
}
