import { FAILED, OK, WRONG_USAGE, type Command, type CommandOption } from '../command.js';
import { explain } from '../console/explain.js';
import { exportTarget } from '../console/export-target.js';
import type { Invocation } from '../invocation.js';
import { withPlatform } from '../surroundings.js';
import { UsageError } from '../usage-error.js';

const WHAT: Readonly<Record<string, CommandOption>> = {
  space: { value: 'ID', help: 'The Space of the Roles; without it the file holds types and Permissions only.' },
  'with-assignments': { help: 'Groups, Users, Members and assignments of the Space as well: personal data.' },
};
const FILE = [{ name: 'FILE', help: 'The file of rules.' }];

const exportCommand: Command = {
  name: 'model export',
  summary: 'Write the rules of a database as a file for git: polity model export --space ID > model.yaml.',
  details: 'Types, actions, Permissions, Roles, inheritance and rules of separation in one canonical form: the same rules give the same bytes. One snapshot, one audit event.',
  options: { ...WHAT, out: { value: 'FILE', help: 'New file, for its owner alone; standard output when absent.' } },
  async run(invocation) {
    const place = placeOf(invocation);
    const target = await exportTarget(invocation.io, invocation.option('out'));
    try {
      const { yaml, sha256 } = await withPlatform(invocation.io, async (platform, context) => (await models()).openModels(platform).exporting.export(context, place));
      await target.write(yaml);
      await target.finish(sha256);
      return OK;
    } catch (error) {
      await target.discard();
      throw error;
    }
  },
};

const importCommand: Command = {
  name: 'model import',
  summary: 'Put a file of rules into force: all of it, or nothing.',
  details: 'Everything is checked as the API checks it, and recorded. What the file does not have stays, and is told; with --prune it is disabled or revoked, never deleted.',
  data: true,
  arguments: FILE,
  options: { ...WHAT, 'dry-run': { help: 'Check everything and change nothing.' }, prune: { help: 'Disable or revoke what the file does not have.' } },
  run: (invocation) => refusing(invocation, FAILED, async () => {
    const place = placeOf(invocation);
    const input = await readFile(invocation);
    const { reportImport } = await import('../model/report-import.js');
    const report = await withPlatform(invocation.io, async (platform, context) =>
      (await models()).openModels(platform).importing.import(context, { ...place, ...input, dryRun: invocation.flag('dry-run'), prune: invocation.flag('prune') }));
    reportImport(invocation, report);
    return OK;
  }),
};

const diff: Command = {
  name: 'model diff',
  summary: 'Say how a file of rules differs from a database: + only in the file, ~ changed by it, - only in the database.',
  details: 'Exit code 0; with --exit-code 1 when there is a difference, and 2 when the two could not be compared.',
  data: true,
  arguments: FILE,
  options: { ...WHAT, 'exit-code': { help: 'Exit with 1 when there is a difference.' } },
  run: (invocation) => refusing(invocation, WRONG_USAGE, async () => {
    const place = placeOf(invocation);
    const { file, model } = await readFile(invocation);
    const { describeChange, diffText } = await import('../../system/authorization/model/index.js');
    const changes = await withPlatform(invocation.io, async (platform, context) => (await models()).openModels(platform).exporting.diff(context, { ...place, file, model })).catch((error: unknown) => {
      invocation.io.err(`polity: ${explain(error)}\n`);
      return undefined;
    });
    if (changes === undefined) return WRONG_USAGE;
    invocation.print(changes.map(describeChange), () => diffText(changes));
    return invocation.flag('exit-code') && changes.length > 0 ? FAILED : OK;
  }),
};

const models = () => import('../model/open-models.js');

async function readFile(invocation: Invocation) {
  return (await import('../model/read-model-file.js')).readModelFile(invocation.argument('FILE'));
}

function placeOf(invocation: Invocation): { readonly spaceId?: string; readonly withData: boolean } {
  const spaceId = invocation.option('space');
  const withData = invocation.flag('with-assignments');
  if (withData && spaceId === undefined) throw new UsageError('--with-assignments needs --space');
  return { ...(spaceId === undefined ? {} : { spaceId }), withData };
}

/** Does it, and tells what is wrong with a file by its places. */
async function refusing(invocation: Invocation, code: number, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { FilesRefused } = await import('../../system/authorization/model/index.js');
    if (!(error instanceof FilesRefused)) throw error;
    invocation.io.err(`${error.message}\n`);
    return code;
  }
}

export const modelCommands: readonly Command[] = [exportCommand, importCommand, diff];
