/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

const SECRET_NAME = /passw(or)?d|passphrase|passcode|secret|token|apikey|authorization|cookie|credential|privatekey|masterkey|jwt|bearer/;

/** Last words that make a name one *about* a secret: `tokenId`, `password_changed_at`, `apiKeyPrefix`. */
const ABOUT = new Set(['at', 'count', 'id', 'ids', 'kind', 'length', 'prefix', 'type']);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Whether a field of this name would hold a secret: `password`, `Authorization`, `api_key`, `refreshToken`, … */
export const isSecretName = (name: string): boolean => {
  const words = wordsOf(name);
  return SECRET_NAME.test(words.join('')) && !ABOUT.has(words.at(-1) ?? '');
};

/** Secrets that can be told by their look, wherever they stand, and what is left of them. Each pattern takes linear time. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // Tokens of our own: ply_at_…, ply_rt_…, ply_ak_<id>.…, and the kinds to come.
  [/\bply_([a-z]{2,8})_[A-Za-z0-9._-]+/g, `ply_$1_${REDACTED}`],
  // Signed and encrypted JSON web tokens: base64url of `{"…`, then two to four more parts.
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4}/g, REDACTED],
  [/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{16,}/gi, `$1 ${REDACTED}`],
  // Passwords within addresses, as in postgres://user:password@host.
  [/(\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${REDACTED}@`],
];

/** Replaces every secret that can be recognized within a text. */
export const redactText = (text: string): string =>
  SECRET_TEXTS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
