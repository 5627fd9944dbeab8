import { migratePlan, migrateStatus, migrateUp, migrateVerify, type MigrationFile, type MigrationPlan, type MigrationProblem } from '../../persistence/migrations/index.js';
import { FAILED, OK, type Command } from '../command.js';
import { columns } from '../console/columns.js';
import { withDatabase } from '../surroundings.js';

const ADDRESS = 'Works with the address of the owner: POLITY_MIGRATE_DATABASE_URL, else DATABASE_URL, else the embedded database.';

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const described = ({ file, phase, version, schema }: MigrationFile): object => ({ version, schema, file, phase });
const problemLine = ({ severity, file, code, message }: MigrationProblem): string => `${severity}: ${file}: ${message} (${code})`;

/** What is to come, the steps that take something away by name. */
export function planText({ steps, contract, problems }: MigrationPlan): string {
  return lines([
    ...(steps.length === 0 ? ['Nothing is pending.'] : steps.map(({ file, phase }) => `${phase === 'contract' ? 'CONTRACT' : 'expand  '}  ${file}`)),
    ...(contract.length === 0 ? [] : [`${contract.length} contract step(s): servers of the release before this one must be gone.`]),
    ...problems.map(problemLine),
  ]);
}

const status: Command = {
  name: 'migrate status',
  summary: 'Show which migrations are applied and which are not.',
  details: ADDRESS,
  data: true,
  run: (invocation) => withDatabase(invocation.io, async ({ owner }) => {
    const { currentVersion, latestVersion, applied, pending, unknownLater } = await migrateStatus({ url: owner });
    const value = { currentVersion, latestVersion, applied, pending: pending.map(described), unknownLater };
    invocation.print(value, () => {
      const rows = [
        ...applied.map(({ version, schema, name, phase, appliedAt }) => [`${schema}/${String(version).padStart(4, '0')}_${name}.sql`, phase, appliedAt.toISOString()]),
        ...pending.map(({ file, phase }) => [file, phase, 'pending']),
      ];
      const ahead = unknownLater.length === 0 ? [] : [`${unknownLater.length} of them come from a later release, which is allowed.`];
      return lines([columns(rows), `The database is at ${currentVersion}; this release knows ${latestVersion}. ${pending.length} pending.`, ...ahead]);
    });
    return OK;
  }),
};

const plan: Command = {
  name: 'migrate plan',
  summary: 'Show what `migrate up` would do, and name the contract steps.',
  details: `After a contract step the release before this one may no longer work: run it when no such server is left. ${ADDRESS}`,
  data: true,
  run: (invocation) => withDatabase(invocation.io, async ({ owner }) => {
    const { steps, contract, problems } = await migratePlan({ url: owner });
    const errors = problems.filter(({ severity }) => severity === 'error');
    invocation.print({ steps: steps.map(described), contract: contract.map(described), problems }, () => planText({ steps, contract, problems }));
    return errors.length === 0 ? OK : FAILED;
  }),
};

const up: Command = {
  name: 'migrate up',
  summary: 'Apply what is pending; a second run does nothing.',
  details: ADDRESS,
  data: true,
  run: (invocation) => withDatabase(invocation.io, async ({ owner }) => {
    const { applied, currentVersion, rolesEnforced } = await migrateUp({ url: owner, log: (line) => invocation.io.err(`${line}\n`) });
    invocation.print({ applied: applied.map(described), currentVersion, rolesEnforced }, () => lines([
      `${applied.length} applied; the database is at ${currentVersion}.`,
      ...(rolesEnforced ? [] : ['Roles are not enforced here; polity doctor says what that costs.']),
    ]));
    return OK;
  }),
};

const verify: Command = {
  name: 'migrate verify',
  summary: 'Hold the migrations of this release against those the database remembers; exit 1 on drift.',
  details: ADDRESS,
  data: true,
  run: (invocation) => withDatabase(invocation.io, async ({ owner }) => {
    const { ok, problems } = await migrateVerify({ url: owner });
    invocation.print({ ok, problems }, () => lines([...problems.map(problemLine), ok ? 'Files and database agree.' : 'Files and database do not agree.']));
    return ok ? OK : FAILED;
  }),
};

export const migrateCommands: readonly Command[] = [status, plan, up, verify];
