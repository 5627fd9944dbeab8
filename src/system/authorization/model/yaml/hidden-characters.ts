// Control characters but tab and line ends, and those by which text shows in another order than it is read in.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Position of the first character that a reader does not see; -1 when there is none. */
export function hiddenCharacterAt(text: string): number {
  return text.search(HIDDEN);
}

/** The text with every such character as an escape of double-quoted YAML. */
export function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The text on one line with nothing hidden: what a file says must not move the cursor of who reads a report. */
export function visibleLine(text: string): string {
  return escapeHidden(text.replace(/\s*[\r\n]+\s*/g, ' '));
}
