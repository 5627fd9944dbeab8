const placeholder = /change.?me|replace.?me|placeholder|example|password|secret|default|your[-_.]|insert[-_.]|abcdefgh|12345678/i;

const distinct = (items: Iterable<unknown>): number => new Set(items).size;

const hasConstantStep = (bytes: Uint8Array): boolean =>
  distinct(bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0))) === 1;

const isPrintable = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

/**
 * Why 32 bytes cannot be a random key, or `undefined`. Each rule rejects a truly random key with a probability below 2^-40:
 * fewer than 16 distinct values, an arithmetic sequence, or nothing but printable text.
 */
export const keyWeakness = (bytes: Uint8Array): string | undefined => {
  if (hasConstantStep(bytes)) return 'is a sequence, not a random key';
  if (distinct(bytes) < bytes.length / 2) return 'repeats a few values, it is not a random key';
  if (isPrintable(bytes)) return 'is readable text, not a random key';
  return undefined;
};

/** Why a shared secret looks like a placeholder rather than a random one, or `undefined`. */
export const tokenWeakness = (text: string): string | undefined => {
  if (placeholder.test(text)) return 'looks like a placeholder';
  if (distinct(text) < 8) return 'repeats a few characters, it is not a random token';
  return undefined;
};
