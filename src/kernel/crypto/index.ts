export { canonicalJson } from './canonical-json.js';
export { constantTimeEqual, hmacSha256, leafHash, sha256 } from './hash.js';
export { masterKeyFingerprint, unwrapKey, wrapKey } from './master-key.js';
export { hashPassword, needsRehash, verifyPassword } from './password.js';
export { randomPart } from './random-part.js';
export { randomToken } from './random-token.js';
export { open, seal, SEAL_KEY_BYTES } from './seal.js';
