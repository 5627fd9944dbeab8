import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { FAILED, OK, type Command } from '../command.js';
import type { Io } from '../io.js';
import { UsageError } from '../usage-error.js';

const verify: Command = {
  name: 'receipt verify',
  summary: 'Verify the signed receipt of a decision with a key set, without a server; exit 1 when it is none.',
  details: 'FILE holds the receipt; - is standard input. The key set is what /.well-known/jwks.json gives. With --facts the rules in force are computed from an export and held against the receipt.',
  data: true,
  arguments: [{ name: 'FILE', help: 'The receipt, or - for standard input.' }],
  options: {
    jwks: { value: 'FILE', help: 'The key set of the instance.', required: true },
    issuer: { value: 'URL', help: 'The instance that must have signed; any when absent.' },
    facts: { value: 'FILE', help: 'An export of the Space, as facts export writes it.' },
  },
  async run(invocation) {
    const { io } = invocation;
    const [{ ReceiptRefused, verifyReceipt }, { rulesHash }, { rulesOfFacts }] = await Promise.all([
      import('../../system/authorization/services/receipts/verify-receipt.js'),
      import('../../system/authorization/services/receipts/rules-in-force.js'),
      import('../../system/authorization/services/receipts/rules-of-facts.js'),
    ]);
    const receipt = await contentOf(io, invocation.argument('FILE'));
    const keySet = parsed(await contentOf(io, invocation.required('jwks'), '--jwks'));
    try {
      const claims = await verifyReceipt(receipt, keySet, invocation.option('issuer'));
      const facts = invocation.option('facts');
      if (facts !== undefined) {
        const { space_id: spaceId, resource_type: resourceType, action } = claims.question;
        const place = { spaceId, resourceType, action };
        const lines = (await contentOf(io, facts, '--facts')).split('\n');
        if (rulesHash(place, rulesOfFacts(lines, place)) !== claims.model_sha256) throw new ReceiptRefused('The rules of the export are not those that were in force.');
      }
      invocation.print(claims, () => `The receipt is genuine: ${claims.decision}${claims.deny_code === undefined ? '' : ` (${claims.deny_code})`} at ${new Date(claims.iat * 1000).toISOString()} by ${claims.iss}.\n`);
      return OK;
    } catch (error) {
      if (!(error instanceof ReceiptRefused)) throw error;
      io.err(`polity: ${error.message}\n`);
      return FAILED;
    }
  },
};

async function contentOf(io: Io, file: string, option = 'FILE'): Promise<string> {
  if (file === '-') return text(io.stdin);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option}: ${file} cannot be read (${error.code})`);
  });
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new UsageError('--jwks: this is no JSON');
  }
}

export const receiptCommands: readonly Command[] = [verify];
