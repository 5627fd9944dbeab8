/** This node brings another master key than the one that wrapped the stored keys: it must not start. */
export class MasterKeyMismatch extends Error {
  override readonly name = 'MasterKeyMismatch';

  constructor(
    /** Fingerprint of the master key that the instance was made with. */
    readonly expected: string,
    /** Fingerprint of the one that was given. */
    readonly given: string,
  ) {
    super(`The master key has the fingerprint ${given.slice(0, 16)}…, but this instance was made with ${expected.slice(0, 16)}….`);
  }
}
