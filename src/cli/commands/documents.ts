import { readFile } from 'node:fs/promises';
import { FAILED, OK, type Command } from '../command.js';
import { columns } from '../console/columns.js';
import { reportMistakes } from '../console/report-mistakes.js';
import { withPlatform } from '../surroundings.js';
import { UsageError } from '../usage-error.js';

const register: Command = {
  name: 'documents register',
  summary: 'Register the GraphQL documents of a manifest, so that clients may run them by their ids.',
  details: 'A manifest is {"<id>": "<document>"}, or {"operations": [{"id", "name", "body"}]} as Apollo\'s tools write it. All of it is registered, or nothing; what is registered already stays. Running servers know it within a second.',
  data: true,
  arguments: [{ name: 'MANIFEST', help: 'The file.' }],
  async run(invocation) {
    const file = invocation.argument('MANIFEST');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${file} cannot be read (${error.code})`);
    });
    return withPlatform(invocation.io, async ({ container, settings }, context) => {
      const [{ readManifest }, { builtInSchema }, { trustedDocumentsRef }] = await Promise.all([import('../../graphql/index.js'), import('../../boot/built-in-schema.js'), import('../../system/admin/index.js')]);
      const documents = readManifest(text, (await builtInSchema()).raw, settings.graphql);
      const { errors, registered = [] } = await container.get(trustedDocumentsRef).register(context, documents);
      if (reportMistakes(invocation.io, errors)) return FAILED;
      const unchanged = documents.length - registered.length;
      invocation.print({ registered, unchanged }, () => `${registered.length} registered, ${unchanged} were there.\n`);
      return OK;
    });
  },
};

const list: Command = {
  name: 'documents list',
  summary: 'List the registered GraphQL documents.',
  data: true,
  run: (invocation) => withPlatform(invocation.io, async ({ container }) => {
    const { trustedDocumentsRef } = await import('../../system/admin/index.js');
    const documents = await container.get(trustedDocumentsRef).list();
    const rows = documents.map(({ id, name, bytes, registeredAt }) => [id, name ?? '-', String(bytes), registeredAt.toISOString()]);
    invocation.print(documents, () => (rows.length === 0 ? 'No document is registered.\n' : `${columns([['ID', 'NAME', 'BYTES', 'REGISTERED'], ...rows])}\n`));
    return OK;
  }),
};

const remove: Command = {
  name: 'documents remove',
  summary: 'Take GraphQL documents out of the register: all that are named, or none.',
  data: true,
  arguments: [{ name: 'ID', help: 'Id of the document.' }, { name: 'MORE', help: 'More ids.', rest: true }],
  run: (invocation) => withPlatform(invocation.io, async ({ container }, context) => {
    const { trustedDocumentsRef } = await import('../../system/admin/index.js');
    const { errors, removed = [] } = await container.get(trustedDocumentsRef).remove(context, [...new Set([invocation.argument('ID'), ...invocation.rest()])]);
    if (reportMistakes(invocation.io, errors)) return FAILED;
    invocation.print({ removed }, () => `${removed.length} removed.\n`);
    return OK;
  }),
};

export const documentsCommands: readonly Command[] = [register, list, remove];
