import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT, POLITY_VERSION } from '../../boot/version.js';
import { FAILED, OK, type Command } from '../command.js';
import { diffLines } from '../console/diff-lines.js';

const FORMATS = ['json', 'yaml'] as const;

type Format = (typeof FORMATS)[number];

const fileOf = (format: Format): string => `openapi.${format}`;

async function printed(format: Format): Promise<string> {
  const [{ openapiDocument }, { asJson, asYaml }] = await Promise.all([import('../../transport/openapi/openapi-document.js'), import('../../transport/openapi/openapi-text.js')]);
  const document = openapiDocument({ version: POLITY_VERSION });
  return format === 'json' ? asJson(document) : asYaml(document);
}

const print: Command = {
  name: 'openapi print',
  summary: 'Write the OpenAPI document of every route that is not a field of GraphQL: polity openapi print > openapi.json.',
  options: { format: { value: 'json|yaml', help: 'json when absent.' } },
  async run(invocation) {
    await invocation.io.stream(await printed(invocation.choice('format', FORMATS)));
    return OK;
  },
};

const check: Command = {
  name: 'openapi check',
  summary: 'Hold openapi.json and openapi.yaml against the routes of this release; exit 1 with the differences.',
  options: { folder: { value: 'FOLDER', help: 'Another folder than that of the package.' } },
  async run(invocation) {
    let code = OK;
    for (const format of FORMATS) {
      const file = fileOf(format);
      const stored = await readFile(join(invocation.option('folder') ?? PACKAGE_ROOT, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      const differences = diffLines(stored, await printed(format));
      if (differences.length === 0) {
        invocation.io.out(`${file} is up to date.\n`);
        continue;
      }
      code = FAILED;
      await invocation.io.stream(differences.map((line) => `${line}\n`).join(''));
      invocation.io.err(`polity: ${file} differs from the routes of this release; after a change that is meant, run: polity openapi print --format ${format} > ${file}\n`);
    }
    return code;
  },
};

export const openapiCommands: readonly Command[] = [print, check];
