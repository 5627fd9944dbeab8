const KEY = /^(\*|[a-z0-9_-]+:(\*|[a-z0-9_-]+))$/;

/** True for `*`, `domain:*` and `domain:action` in lower case letters, digits, `_` and `-`. */
export function isPermissionKey(text: string): boolean {
  return KEY.test(text);
}

/** True when a held key covers a wanted `domain:action`: `*`, the same key, `domain:*`, or `domain:manage`. */
export function keyCovers(held: string, wanted: string): boolean {
  if (held === '*' || held === wanted) return true;
  const colon = held.indexOf(':');
  const action = held.slice(colon + 1);
  return (action === '*' || action === 'manage') && wanted.startsWith(held.slice(0, colon + 1));
}
