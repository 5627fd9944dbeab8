import type { Invocation } from './invocation.js';

/** One option of a command. */
export interface CommandOption {
  /** Stands for the value in the usage line; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
}

/** One argument of a command that is no option. All are required, but for one that stands for any number of them. */
export interface CommandArgument {
  readonly name: string;
  readonly help: string;
  /** It is the last one and stands for any number of arguments, or none. */
  readonly rest?: true;
}

/** What the command line can do: one row of the table of commands. */
export interface Command {
  /** Words that call it: `doctor`, `backup create`. */
  readonly name: string;
  /** One line for the table. */
  readonly summary: string;
  /** More for `polity help <command>`. */
  readonly details?: string;
  readonly arguments?: readonly CommandArgument[];
  /** By name, without the dashes. */
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** Whether the output is data, which `--json` gives for machines. */
  readonly data?: boolean;
  /** Does it and gives the exit code: 0 when it went well, 1 when it did not. */
  run(invocation: Invocation): Promise<number>;
}

/** Exit code of a command that went well. */
export const OK = 0;
/** Exit code of a command that did not. */
export const FAILED = 1;
/** Exit code of a command that was called wrongly. */
export const WRONG_USAGE = 2;
