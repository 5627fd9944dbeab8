/** Ids of one section of the case sheet: a prefix and its numbers, or whole ids. */
const range = (prefix: string, last: number, first = 1): string[] => Array.from({ length: last - first + 1 }, (_, index) => `${prefix}-${first + index}`);

/** Every case of the sections that this product covers now; 4.1 is the table of permission keys, MIN the minimum integration set of §13. */
export const CASE_IDS: Readonly<Record<string, readonly string[]>> = {
  '§1.1 Finance Reviewer': range('FR', 7),
  '§1.2 engine variants': range('EN', 5),
  '§1.3 same Space': range('SS', 7),
  '§2 scope matrix': range('SC', 11),
  '§3 Context Mode': [...range('CM', 6, 0), 'CM-7a', 'CM-7b'],
  '§4.1 permission keys': ['4.1'],
  '§4.2 grants': range('AG', 19),
  '§4.3 API keys': range('AK', 13),
  '§6 HTTP layer': range('HT', 20),
  '§7 kernel': range('KR', 4),
  '§13 walk-through': [...range('IW', 3), ...range('MIN', 11)],
  '§14 release candidate': range('RC', 10),
};

/** Cases that no test of this folder covers, and why. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  'AK-11': 'Keys bound to a plugin runtime come with plugins.',
  'AK-12': 'Keys bound to a plugin runtime come with plugins.',
  'AK-13': 'Keys bound to a plugin runtime come with plugins.',
  'RC-5': 'Migrations of an empty database and from release to release are tested with the migrations runner; there is no previous release yet.',
};
