import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILED, OK, type Command } from '../command.js';
import { readSecret } from '../console/read-secret.js';
import { reportMistakes } from '../console/report-mistakes.js';
import type { Invocation } from '../invocation.js';
import { withPlatform } from '../surroundings.js';
import { UsageError } from '../usage-error.js';

const OPTION_OF: Readonly<Record<string, string>> = { email: 'email', password: 'password-file', userId: 'user-id', displayName: 'display-name' };
const optionOf = (path: readonly string[]): string | undefined => OPTION_OF[path.at(-1) ?? ''];

const bootstrap: Command = {
  name: 'admin bootstrap',
  summary: 'Make the first super admin: a new User by e-mail, or one that exists.',
  details: 'A new User needs a password: from a file, from standard input, or typed unseen. With `--if-exists ok` an active super admin means that there is nothing to do.',
  data: true,
  options: {
    email: { value: 'ADDRESS', help: 'E-mail of the User; it is created where nobody has it.' },
    'user-id': { value: 'ID', help: 'Id of an existing User, instead of --email.' },
    'password-file': { value: 'FILE', help: "File whose first line is a new User's password; - is standard input, which is also the default." },
    'display-name': { value: 'NAME', help: 'Name of a new User.' },
    'if-exists': { value: 'error|ok', help: 'What an active super admin means; error when absent.' },
  },
  async run(invocation) {
    const email = invocation.option('email');
    const userId = invocation.option('user-id');
    const ifExists = invocation.choice('if-exists', ['error', 'ok']);
    if ((email === undefined) === (userId === undefined)) throw new UsageError('name a User either by --email or by --user-id');
    if (userId !== undefined && invocation.option('password-file') !== undefined) throw new UsageError('--password-file is for a new User, and --user-id names one that exists');
    return withPlatform(invocation.io, async ({ container }, context) => {
      const [{ firstAdminsRef }, { databaseRef }, { sql }] = await Promise.all([
        import('../../system/admin/index.js'), import('../../system/shared/contracts/index.js'), import('../../persistence/index.js'),
      ]);
      const [known] = email === undefined ? [] : await container.get(databaseRef).query(sql`SELECT id FROM sys_identity.users WHERE lower(email) = lower(${email.trim()})`);
      const isNew = email !== undefined && known === undefined;
      const password = isNew ? await readSecret(invocation.io, invocation.option('password-file'), 'password-file', `Password of ${email}`) : undefined;
      const result = await container.get(firstAdminsRef).bootstrap(context, { email, userId, password, displayName: invocation.option('display-name'), ifExists });
      if (reportMistakes(invocation.io, result.errors, optionOf)) return FAILED;
      const { userId: id, adminGrantId, created } = result;
      invocation.print({ userId: id, adminGrantId, created, userCreated: created === true && isNew }, () => bootstrapText(result.userId!, created === true, isNew));
      return OK;
    });
  },
};

function bootstrapText(userId: string, created: boolean, isNew: boolean): string {
  if (!created) return `There is an active super admin: ${userId}. Nothing was changed.\n`;
  return isNew ? `${userId} was created and is super admin.\n` : `${userId}, who existed, is super admin; the password is as it was.\n`;
}

const removeDemo: Command = {
  name: 'admin remove-demo',
  summary: 'End the demo of a first start: its User, its rights, its keys, and after a waiting time its Space.',
  details: 'Refused while the demo admin is the only super admin: give another User that right first, as the demo admin.',
  data: true,
  run: (invocation) => withPlatform(invocation.io, async (platform, context) => {
    const { demoSetupRef } = await import('../../system/admin/index.js');
    const { errors, ...removed } = await platform.container.get(demoSetupRef).removeDemo(context);
    if (reportMistakes(invocation.io, errors)) return FAILED;
    // What it holds opens nothing any more.
    await rm(join(platform.settings.database.dataDir, 'demo.json'), { force: true });
    printRemoved(invocation, removed);
    return OK;
  }),
};

function printRemoved(invocation: Invocation, removed: { userIds?: readonly string[]; spaceIds?: readonly string[]; revokedGrants?: number; revokedApiKeys?: number }): void {
  const { userIds = [], spaceIds = [], revokedGrants = 0, revokedApiKeys = 0 } = removed;
  invocation.print({ userIds, spaceIds, revokedGrants, revokedApiKeys }, () =>
    userIds.length + spaceIds.length + revokedGrants + revokedApiKeys === 0
      ? 'There is no demo.\n'
      : `${userIds.length} User(s) disabled, ${revokedGrants} grant(s) and ${revokedApiKeys} API key(s) revoked, ${spaceIds.length} Space(s) wait for deletion.\n`);
}

export const adminCommands: readonly Command[] = [bootstrap, removeDemo];
