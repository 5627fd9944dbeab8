import type { TextBounds } from './checked-text.js';

/** Bounds of the texts of identity; the same for mutations and for imported facts. */
export const TEXT = {
  name: { max: 200 },
  slug: { max: 63, pattern: /^[a-z0-9][a-z0-9-]*$/, meaning: 'A slug has 1 to 63 lower-case letters, digits and dashes.' },
  spaceType: { max: 63, pattern: /^[a-z][a-z0-9_-]*$/, meaning: 'A type starts with a letter and has lower-case letters, digits, _ and -.' },
  email: { min: 3, max: 320, pattern: /^[^\s@<>"',;]+@[^\s@<>"',;.]+(\.[^\s@<>"',;.]+)*$/, meaning: 'This is no e-mail address.' },
  username: { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/, meaning: 'A username has letters, digits, dot, _ and -, and begins with a letter or digit.' },
  phone: { min: 3, max: 32, pattern: /^\+?[0-9][0-9 ()./-]*$/, meaning: 'A phone number has digits, blanks and ( ) . / - after an optional +.' },
  key: { max: 63, pattern: /^[a-z][a-z0-9_]*$/, meaning: 'A key starts with a letter and has lower-case letters, digits and _.' },
  actionKey: { max: 63, pattern: /^[A-Za-z][A-Za-z0-9_-]*$/, meaning: 'The key of an action starts with a letter and has letters, digits, _ and -.' },
  groupPath: {
    max: 2048,
    pattern: /^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})*$/,
    meaning: 'A path is keys joined by dots; a key starts with a letter and has lower-case letters, digits and _.',
  },
  externalId: { max: 256 },
  description: { min: 0, max: 2000 },
  condition: { max: 2000 },
  reason: { max: 500 },
} as const satisfies Record<string, TextBounds>;
