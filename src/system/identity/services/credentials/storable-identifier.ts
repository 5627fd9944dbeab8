const LONGEST = 320;

/** What a person typed as a name, cut and cleaned so that it can be looked up and stored; what was cut off matches no User. */
export function storableIdentifier(typed: string): string {
  return typed.trim().slice(0, LONGEST + 1).toWellFormed().replaceAll('\0', '\uFFFD');
}
