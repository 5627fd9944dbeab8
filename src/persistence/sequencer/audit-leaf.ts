import { leafHash } from '../../kernel/crypto/index.js';

/** What one leaf of the audit log commits to. */
export interface AuditLeaf {
  /** SHA-256 of the event's body. */
  readonly bodyHash: Uint8Array;
  /** Space of the event, `''` for the instance. */
  readonly spaceId: string;
  /** Number of the event in its Space, from 1. */
  readonly number: number;
  /** Leaf hash of the event before it in its Space; absent for the first. */
  readonly previous?: Uint8Array;
}

/**
 * Leaf data: canonical JSON (RFC 8785) of hash, Space, number and previous leaf, so that the events of one Space form a chain that
 * can be shown without the others. Its members are hexadecimal, ids and whole numbers, which need no escaping.
 */
export function auditLeafData({ bodyHash, spaceId, number, previous }: AuditLeaf): Uint8Array {
  const before = previous === undefined ? 'null' : `"${Buffer.from(previous).toString('hex')}"`;
  return Buffer.from(`{"body":"${Buffer.from(bodyHash).toString('hex')}","number":${number},"previous":${before},"space":"${spaceId}"}`);
}

/** Hash of the leaf in the log's tree (RFC 6962, section 2.1). */
export function auditLeafHash(leaf: AuditLeaf): Uint8Array {
  return leafHash(auditLeafData(leaf));
}
