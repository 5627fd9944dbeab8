import { RE2JS } from 're2js';
import { RecentlyUsed } from './recently-used.js';

const MOST_CHARACTERS = 256;
/** Bound of the work to compile a pattern, in characters after its repetitions are written out. */
const MOST_WORK = 4_000;

/** A regular expression (RE2 syntax) whose matching time grows linearly with the text. */
export class LinearPattern {
  constructor(private readonly compiled: RE2JS) {}

  /** Instructions of the compiled pattern: matching costs at most this many steps for each character. */
  get size(): number {
    return this.compiled.programSize();
  }

  /** Whether the pattern matches anywhere in the text. Not the library's `test`: its automaton grows with the texts, to 8 MB for each pattern. */
  test(text: string): boolean {
    return this.compiled.matcher(text).find();
  }
}

const patterns = new RecentlyUsed<LinearPattern>(1_000);

/**
 * Compiles a pattern.
 *
 * @throws Error with a sentence for the author, for a pattern that is too long, too large or no RE2
 */
export function linearPattern(source: string): LinearPattern {
  return patterns.getOr(source, () => {
    if (source.length > MOST_CHARACTERS) throw new Error(`A pattern has at most ${MOST_CHARACTERS} characters.`);
    if (workOf(source) > MOST_WORK) throw new Error('This pattern repeats too much.');
    try {
      return new LinearPattern(RE2JS.compile(source));
    } catch {
      throw new Error('This is no regular expression of the RE2 syntax.');
    }
  });
}

// Counted repetitions are written out when compiling: those of single characters add up, those of groups multiply. Classes of Unicode
// properties and ignored case are large.
function workOf(source: string): number {
  let characters = source.length;
  let groups = 1;
  for (const [, group, least, most] of source.matchAll(/(\)?)\{(\d+)(?:,(\d*))?\}/g)) {
    const times = Math.max(Number(least), Number(most ?? 0), 1);
    if (group === '') characters += source.length * times;
    else groups *= times;
  }
  return characters * groups * (/\\p|\\P|\(\?[a-zA-Z]*i/.test(source) ? 10 : 1);
}
