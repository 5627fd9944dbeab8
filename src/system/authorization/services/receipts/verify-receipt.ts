import { compactVerify, importJWK, type CompactVerifyResult } from 'jose';
import { RECEIPT_ALGORITHM, RECEIPT_PURPOSE, RECEIPT_TYPE, type ReceiptClaims } from './receipt-profile.js';

/** Why a receipt is not one. */
export class ReceiptRefused extends Error {
  override readonly name = 'ReceiptRefused';
}

type Jwk = Readonly<Record<string, unknown>>;

/** A header of a receipt, and nothing else, has these members. */
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];

/**
 * Verifies a receipt with nothing but the published key set of its instance.
 *
 * @param keySet - a JSON Web Key Set, such as that of `/.well-known/jwks.json`
 * @param issuer - `iss` that is expected; any when absent
 * @throws ReceiptRefused saying why
 */
export async function verifyReceipt(receipt: string, keySet: unknown, issuer?: string): Promise<ReceiptClaims> {
  const text = receipt.trim();
  const key = keyOf(headerOf(text), keySet);
  const { payload } = await verified(text, key);
  const claims = claimsOf(payload);
  if (issuer !== undefined && claims.iss !== issuer) throw new ReceiptRefused(`The receipt is of another instance: ${claims.iss}.`);
  return claims;
}

async function verified(text: string, key: Jwk): Promise<CompactVerifyResult> {
  try {
    const { kty, crv, x } = key;
    return await compactVerify(text, await importJWK({ kty, crv, x } as Parameters<typeof importJWK>[0], RECEIPT_ALGORITHM), { algorithms: [RECEIPT_ALGORITHM] });
  } catch (cause) {
    throw new ReceiptRefused('The signature does not match.', { cause });
  }
}

function headerOf(text: string): Jwk {
  const parts = text.split('.');
  // Only one spelling of the bytes counts, or a changed last character could pass.
  if (parts.length !== 3 || parts.some((part) => part === '' || Buffer.from(part, 'base64url').toString('base64url') !== part)) {
    throw new ReceiptRefused('This is no JWS in its compact form.');
  }
  const header = parsed(Buffer.from(parts[0] ?? '', 'base64url'));
  if (header === undefined || Object.keys(header).sort().join() !== HEADER_MEMBERS.join()) throw new ReceiptRefused('The header is not that of a receipt.');
  if (header['alg'] !== RECEIPT_ALGORITHM) throw new ReceiptRefused(`The algorithm is not ${RECEIPT_ALGORITHM}.`);
  if (header['typ'] !== RECEIPT_TYPE) throw new ReceiptRefused(`The type is not ${RECEIPT_TYPE}.`);
  return header;
}

function keyOf({ kid }: Jwk, keySet: unknown): Jwk {
  const keys = (keySet as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new ReceiptRefused('The key set is no JSON Web Key Set.');
  const key = (keys as (Jwk | null)[]).find((each) => typeof each === 'object' && each !== null && each['kid'] === kid) ?? undefined;
  if (key === undefined) throw new ReceiptRefused('The key set has no key with the id that the receipt names.');
  const { kty, crv, alg, use, purpose } = key;
  if (purpose !== RECEIPT_PURPOSE || kty !== 'OKP' || crv !== 'Ed25519' || alg !== RECEIPT_ALGORITHM || use !== 'sig') {
    throw new ReceiptRefused('The key that the receipt names is not one that signs receipts.');
  }
  return key;
}

function claimsOf(payload: Uint8Array): ReceiptClaims {
  const claims = parsed(payload) as Partial<ReceiptClaims> | undefined;
  const isComplete = claims !== undefined && [claims.iss, claims.jti, claims.revision, claims.context_mode].every((text) => typeof text === 'string')
    && typeof claims.iat === 'number' && (claims.decision === 'ALLOW' || claims.decision === 'DENY') && typeof claims.question === 'object';
  if (!isComplete) throw new ReceiptRefused('The claims are not those of a receipt.');
  return claims as ReceiptClaims;
}

function parsed(bytes: Uint8Array): Jwk | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Jwk) : undefined;
  } catch {
    return undefined;
  }
}
