import { parseArgs } from 'node:util';
import type { Command } from './command.js';
import type { Io } from './io.js';
import { UsageError } from './usage-error.js';

/** One call of a command: its arguments, read and complete. */
export class Invocation {
  private constructor(
    readonly io: Io,
    /** Whether `--json` was given. */
    readonly json: boolean,
    private readonly values: Readonly<Record<string, string | boolean | undefined>>,
    private readonly given: ReadonlyMap<string, string>,
    private readonly others: readonly string[],
  ) {}

  /**
   * Reads what follows the name of a command.
   *
   * @throws UsageError naming the option or argument
   */
  static of(command: Command, args: readonly string[], io: Io): Invocation {
    const { values, positionals } = parse(command, args);
    const named = command.arguments ?? [];
    const takesMore = named.at(-1)?.rest === true;
    const wanted = takesMore ? named.slice(0, -1) : named;
    const missing = wanted[positionals.length];
    if (missing !== undefined) throw new UsageError(`${missing.name} is missing`);
    if (!takesMore && positionals.length > wanted.length) throw new UsageError(`unexpected argument '${positionals[wanted.length]}'`);
    for (const [name, { required }] of Object.entries(command.options ?? {})) {
      if (required === true && values[name] === undefined) throw new UsageError(`--${name} is missing`);
      if (values[name] === '') throw new UsageError(`--${name} is empty`);
    }
    const given = new Map(wanted.map(({ name }, position) => [name, positionals[position]!]));
    return new Invocation(io, values['json'] === true, values, given, positionals.slice(wanted.length));
  }

  /** Value of an option; undefined when it was not given. */
  option(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Value of a required option. */
  required(name: string): string {
    return this.option(name)!;
  }

  /** Value of one of a few words. @throws UsageError naming the option */
  choice<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.option(name) ?? words[0];
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new UsageError(`--${name} must be ${words.join(' or ')}`);
    return word;
  }

  /** Whether a switch was given. */
  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** An argument that is no option. */
  argument(name: string): string {
    return this.given.get(name)!;
  }

  /** The arguments that the last one stands for. */
  rest(): readonly string[] {
    return this.others;
  }

  /** Writes the result: as JSON where that was asked for, else as text. */
  print(value: unknown, text: () => string): void {
    this.io.out(this.json ? `${JSON.stringify(value, null, 2)}\n` : text());
  }
}

function parse(command: Command, args: readonly string[]): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const own = Object.entries(command.options ?? {}).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const);
  const json = command.data === true ? [['json', { type: 'boolean' }] as const] : [];
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries([...own, ...json]), allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence names the option; the others explain how to pass it as an argument.
    throw new UsageError((error as Error).message.split('. ')[0]!.split('\n')[0]!);
  }
}
