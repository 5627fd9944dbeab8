import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../boot/version.js';
import { FAILED, OK, type Command } from '../command.js';
import { diffLines } from '../console/diff-lines.js';

const FILE = 'schema.graphql';

async function printed(): Promise<string> {
  const { printBuiltInSchema } = await import('../../boot/built-in-schema.js');
  return printBuiltInSchema();
}

const print: Command = {
  name: 'schema print',
  summary: `Write the GraphQL schema of the built-in capabilities: polity schema print > ${FILE}.`,
  async run({ io }) {
    await io.stream(await printed());
    return OK;
  },
};

const check: Command = {
  name: 'schema check',
  summary: `Hold ${FILE} against the schema of this release; exit 1 with the differences.`,
  options: { file: { value: 'FILE', help: `Another file than the ${FILE} of the package.` } },
  async run(invocation) {
    const file = invocation.option('file') ?? join(PACKAGE_ROOT, FILE);
    const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const differences = diffLines(stored, await printed());
    if (differences.length === 0) {
      invocation.io.out(`${FILE} is up to date.\n`);
      return OK;
    }
    await invocation.io.stream(differences.map((line) => `${line}\n`).join(''));
    invocation.io.err(`polity: ${FILE} differs from the schema of this release; after a change that is meant, run: polity schema print > ${FILE}\n`);
    return FAILED;
  },
};

export const schemaCommands: readonly Command[] = [print, check];
