/** What the lexer passes over: comments (nested ones by their bracket), quoted text, and functions' bodies between dollar tags. */
const SKIPPED = /--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?\1/g;

/** End of a comment in brackets, which may hold others. */
function endOfComment(sql: string, start: number): number {
  const brackets = /\/\*|\*\//g;
  brackets.lastIndex = start;
  let depth = 0;
  for (let found = brackets.exec(sql); found !== null; found = brackets.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return brackets.lastIndex;
  }
  return sql.length;
}

/**
 * Splits SQL text into its statements, in lower case, single-spaced, without comments; text in quotes becomes `?`.
 * It finds what a file says at the top level and is no parser: the body of `BEGIN ATOMIC` is split too.
 */
export function topLevelStatements(sql: string): string[] {
  let bare = '';
  let from = 0;
  SKIPPED.lastIndex = 0;
  for (let found = SKIPPED.exec(sql); found !== null; found = SKIPPED.exec(sql)) {
    const isComment = found[0].startsWith('--') || found[0] === '/*';
    bare += `${sql.slice(from, found.index)} ${isComment ? '' : '?'} `;
    from = found[0] === '/*' ? endOfComment(sql, found.index) : SKIPPED.lastIndex;
    SKIPPED.lastIndex = from;
  }
  bare += sql.slice(from);
  return bare.split(';').map((statement) => statement.replaceAll(/\s+/g, ' ').trim().toLowerCase()).filter(Boolean);
}
