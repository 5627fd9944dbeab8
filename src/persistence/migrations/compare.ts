import { type AppliedMigration, fileOf } from './ledger.js';
import type { MigrationFile } from './migration-file.js';
import { type MigrationProblem, problem } from './migration-problem.js';

/** How the files of this release stand to a database. */
export interface Comparison {
  readonly problems: readonly MigrationProblem[];
  /** Files to apply, in order. */
  readonly pending: readonly MigrationFile[];
  /** What a later release has applied already. */
  readonly unknownLater: readonly AppliedMigration[];
}

const differences = (file: MigrationFile, applied: AppliedMigration): MigrationProblem[] => {
  const before = fileOf(applied);
  if (before !== file.file) return [problem('renamed', file.file, `it was applied as ${before}`)];
  if (applied.checksum === file.checksum) return [];
  return [problem('checksum_mismatch', file.file, 'its text was changed after it was applied; write a new migration instead')];
};

/** Compares files and ledger, both in the order of versions. */
export function compare(files: readonly MigrationFile[], ledger: readonly AppliedMigration[]): Comparison {
  const byVersion = new Map(ledger.map((applied) => [applied.version, applied]));
  const known = new Set(files.map(({ version }) => version));
  const newestFile = files.at(-1)?.version ?? 0;
  const newestApplied = ledger.at(-1)?.version ?? 0;

  const pending = files.filter(({ version }) => !byVersion.has(version));
  const strangers = ledger.filter(({ version }) => !known.has(version));
  const unknownLater = strangers.filter(({ version }) => version > newestFile);
  const problems = [
    ...files.flatMap((file) => {
      const applied = byVersion.get(file.version);
      return applied === undefined ? [] : differences(file, applied);
    }),
    ...strangers
      .filter(({ version }) => version < newestFile)
      .map((applied) => problem('missing_file', fileOf(applied), 'it was applied and its file is gone')),
    ...pending
      .filter(({ version }) => version < newestApplied)
      .map(({ file }) => problem('out_of_order', file, `it is not applied although ${String(newestApplied).padStart(4, '0')} is; give it a later number`)),
    ...unknownLater.map((applied) => ({
      ...problem('unknown_later_version', fileOf(applied), 'a later release applied it'),
      severity: 'notice' as const,
    })),
  ];
  return { problems, pending, unknownLater };
}
