import type { Keyring } from '../contracts/index.js';

/** One key for whatever is sealed in a test that is not about keys. */
export const fixedSubjectKey: Pick<Keyring, 'subjectKey'> = { subjectKey: async () => ({ kid: 'kid_fixed', secret: new Uint8Array(32).fill(9) }) };
