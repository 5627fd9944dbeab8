import { visibleLine } from './hidden-characters.js';
import { showPlace, type Place } from './place.js';

/** What is wrong, and where. */
export interface Problem {
  readonly place: Place;
  readonly message: string;
}

/** Most problems that are listed; more than these are of no help to anybody. */
const MOST_PROBLEMS = 100;

/** Files that cannot be used, with everything that is wrong with them. */
export class FilesRefused extends Error {
  override readonly name = 'FilesRefused';

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ place, message }) => `${showPlace(place)}: ${message}`).join('\n'));
  }
}

/** Collects what is wrong, so that one reading tells all of it. */
export class Problems {
  private readonly found: Problem[] = [];

  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  /** True when there are so many that nobody reads on. */
  get isFull(): boolean {
    return this.found.length >= MOST_PROBLEMS;
  }

  all(): readonly Problem[] {
    return this.found;
  }

  add(place: Place, message: string): undefined {
    if (!this.isFull) this.found.push({ place, message: visibleLine(message) });
    return undefined;
  }

  /** @throws FilesRefused when anything is wrong */
  refuseAny(): void {
    if (!this.isEmpty) throw new FilesRefused(this.found);
  }
}
