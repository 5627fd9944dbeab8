import { FAILED, OK, type Command } from '../command.js';
import { reportMistakes } from '../console/report-mistakes.js';
import { withPlatform } from '../surroundings.js';

const rotation = (name: string, method: 'rotateSigningKey' | 'rotateReceiptKey' | 'rotateReviewKey' | 'rotateApiKeyHmacKey', summary: string): Command => ({
  name,
  summary,
  details: 'Running servers use the new key within a minute. What was made with the old one stays valid.',
  data: true,
  run: (invocation) => withPlatform(invocation.io, async ({ container }, context) => {
    const { keyRotationRef } = await import('../../system/admin/services/key-rotation.js');
    const { errors, kid } = await container.get(keyRotationRef)[method](context, {});
    if (reportMistakes(invocation.io, errors)) return FAILED;
    invocation.print({ kid }, () => `The key is now ${kid}.\n`);
    return OK;
  }),
});

export const keysCommands: readonly Command[] = [
  rotation('keys rotate-signing', 'rotateSigningKey', 'Sign access tokens with a new key; the old one is published until its last token has ended.'),
  rotation('keys rotate-receipt', 'rotateReceiptKey', 'Sign receipts of decisions with a new key; the old one stays published for the receipts it has signed.'),
  rotation('keys rotate-review', 'rotateReviewKey', 'Sign results of access reviews with a new key; the old one stays published for the results it has signed.'),
  rotation('keys rotate-api-key', 'rotateApiKeyHmacKey', 'Hash the secrets of new API keys with a new key.'),
];
