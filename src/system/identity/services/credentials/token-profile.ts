/** The one algorithm of our own tokens: Ed25519 signatures (RFC 8037). A token that names another one is refused before any key is chosen. */
export const TOKEN_ALGORITHM = 'EdDSA';

/** `typ` of our access tokens (RFC 9068), so that no other signed text of ours passes for one. */
export const TOKEN_TYPE = 'at+jwt';

/** `aud` of our access tokens. */
export const TOKEN_AUDIENCE = 'polity';

/** How far the clocks of our nodes may differ, and how long a node may sign with a key that another one has retired. */
export const NODE_SKEW_MS = 90_000;
