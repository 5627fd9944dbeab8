import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { FAILED, OK, type Command } from '../command.js';
import { reportMistakes } from '../console/report-mistakes.js';
import { exportTarget } from '../console/export-target.js';
import { withPlatform } from '../surroundings.js';
import { UsageError } from '../usage-error.js';

const importCommand: Command = {
  name: 'facts import',
  summary: 'Take Users, Groups, Members, Roles and assignments of a Space from a file of JSON lines.',
  details: 'The whole file is checked first; then it is applied in batches of 5,000 lines, each one transaction with its audit event. A second run changes nothing.',
  data: true,
  options: {
    space: { value: 'ID', help: 'The Space.', required: true },
    file: { value: 'FILE', help: 'The file; it is read twice, so it cannot be a pipe.', required: true },
    'dry-run': { help: 'Check everything and apply nothing.' },
  },
  async run(invocation) {
    const file = invocation.required('file');
    await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`--file: ${file} cannot be read (${error.code})`);
    });
    return withPlatform(invocation.io, async ({ container }, context) => {
      const { factsImportRef } = await import('../../system/identity/services/facts/index.js');
      const { errors, ...report } = await container.get(factsImportRef).importStream(context, {
        spaceId: invocation.required('space'),
        open: () => createReadStream(file),
        dryRun: invocation.flag('dry-run'),
      });
      if (reportMistakes(invocation.io, errors, (path) => (path.includes('spaceId') ? 'space' : path.includes('jsonl') ? 'file' : undefined))) return FAILED;
      const { lines = 0, created = 0, updated = 0, unchanged = 0, dryRun } = report;
      invocation.print(report, () => dryRun === true ? `${lines} lines are right; nothing was applied.\n` : `${lines} lines: ${created} created, ${updated} updated, ${unchanged} unchanged.\n`);
      return OK;
    });
  },
};

const exportCommand: Command = {
  name: 'facts export',
  summary: 'Write all facts of a Space as JSON lines, in an order that `facts import` takes.',
  details: 'The export is one snapshot and one audit event. Its Users are in it, and metadata is not redacted.',
  options: {
    space: { value: 'ID', help: 'The Space.', required: true },
    out: { value: 'FILE', help: 'New file, for its owner alone; standard output when absent.' },
  },
  async run(invocation) {
    const target = await exportTarget(invocation.io, invocation.option('out'));
    try {
      const { lines, sha256 } = await withPlatform(invocation.io, async ({ container }, context) => {
        const { factsExportRef } = await import('../../system/identity/services/facts/index.js');
        return container.get(factsExportRef).exportTo(context, invocation.required('space'), target.write);
      });
      await target.finish(sha256);
      invocation.io.err(`${lines} lines, SHA-256 ${sha256}\n`);
      return OK;
    } catch (error) {
      await target.discard();
      throw error;
    }
  },
};

export const factsCommands: readonly Command[] = [importCommand, exportCommand];
