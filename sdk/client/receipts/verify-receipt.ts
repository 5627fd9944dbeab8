import { ReceiptError, type KeySet, type Receipt } from './receipt.js';

const ALGORITHM = 'EdDSA';
const TYPE = 'decision-receipt+jwt';
const PURPOSE = 'decision_receipt';
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];

/** What a verification may ask for. */
export interface VerifyReceiptOptions {
  /** The instance that must have signed; any when absent. */
  readonly issuer?: string;
}

/**
 * Verifies the receipt of a decision with nothing but the key set of the instance: no call is made. Needs `crypto.subtle` with Ed25519
 * (Node 22, current browsers).
 *
 * @param receipt - a JWS in its compact form
 * @throws ReceiptError when it is no receipt, was changed, or was not signed by a key for receipts
 */
export async function verifyReceipt(receipt: string, keySet: KeySet, { issuer }: VerifyReceiptOptions = {}): Promise<Receipt> {
  const parts = receipt.trim().split('.');
  const [header = '', payload = ''] = parts;
  const bytes = parts.map(decoded);
  const [headerBytes, payloadBytes, signatureBytes] = bytes;
  if (parts.length !== 3 || headerBytes === undefined || payloadBytes === undefined || signatureBytes === undefined) {
    throw new ReceiptError('This is no JWS in its compact form.');
  }
  const key = keyOf(parsed(headerBytes), keySet);
  if (!(await isSigned(key, new TextEncoder().encode(`${header}.${payload}`), signatureBytes))) throw new ReceiptError('The signature does not match.');
  const claims = claimsOf(parsed(payloadBytes));
  if (issuer !== undefined && claims.iss !== issuer) throw new ReceiptError(`The receipt is of another instance: ${claims.iss}.`);
  return claims;
}

function keyOf(header: Readonly<Record<string, unknown>> | undefined, { keys }: KeySet): Readonly<Record<string, unknown>> {
  if (header === undefined || Object.keys(header).sort().join() !== HEADER_MEMBERS.join()) throw new ReceiptError('The header is not that of a receipt.');
  if (header['alg'] !== ALGORITHM) throw new ReceiptError(`The algorithm is not ${ALGORITHM}.`);
  if (header['typ'] !== TYPE) throw new ReceiptError(`The type is not ${TYPE}.`);
  const key = keys.find(({ kid }) => kid === header['kid']);
  if (key === undefined) throw new ReceiptError('The key set has no key with the id that the receipt names.');
  const { kty, crv, alg, use, purpose } = key;
  if (purpose !== PURPOSE || kty !== 'OKP' || crv !== 'Ed25519' || alg !== ALGORITHM || use !== 'sig') {
    throw new ReceiptError('The key that the receipt names is not one that signs receipts.');
  }
  return key;
}

async function isSigned({ kty, crv, x }: Readonly<Record<string, unknown>>, text: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x } as JsonWebKey, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, text);
  } catch {
    return false;
  }
}

function claimsOf(claims: Readonly<Record<string, unknown>> | undefined): Receipt {
  const isComplete = claims !== undefined && ['iss', 'jti', 'revision', 'context_mode'].every((name) => typeof claims[name] === 'string')
    && typeof claims['iat'] === 'number' && (claims['decision'] === 'ALLOW' || claims['decision'] === 'DENY') && typeof claims['question'] === 'object';
  if (!isComplete) throw new ReceiptError('The claims are not those of a receipt.');
  return claims as unknown as Receipt;
}

// Only one spelling of the bytes counts, or a changed last character could pass.
function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const isCanonical = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === text;
    return isCanonical ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
