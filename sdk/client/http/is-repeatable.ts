const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|[{}]|[_A-Za-z]\w*/g;

/**
 * Whether a document holds nothing but queries and fragments, so that sending it twice changes nothing more than sending it once.
 * Errs on the side of no: an operation that is merely named `mutation` counts as one.
 */
export function isRepeatable(document: string): boolean {
  let depth = 0;
  for (const [token] of document.matchAll(TOKEN)) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else if (depth === 0 && (token === 'mutation' || token === 'subscription')) return false;
  }
  return true;
}
