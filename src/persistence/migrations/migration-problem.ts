/**
 * What is wrong between the migration files and a database.
 *
 * - `misnamed`: a folder or file is not `<schema>/NNNN_name.sql`.
 * - `duplicate_version`: two files have one number.
 * - `phase_missing`: the head of a file does not say `-- phase: expand` or `-- phase: contract`.
 * - `forbidden_statement`: a file would end its transaction or leave its role.
 * - `checksum_mismatch`: a file was changed after it was applied.
 * - `renamed`: an applied file now has another name or schema.
 * - `missing_file`: an applied file, older than the newest here, is gone.
 * - `out_of_order`: a file is not applied although a later one is.
 * - `unknown_later_version`: the database is ahead of this release, which is allowed.
 */
export type MigrationProblemCode =
  | 'misnamed'
  | 'duplicate_version'
  | 'phase_missing'
  | 'forbidden_statement'
  | 'checksum_mismatch'
  | 'renamed'
  | 'missing_file'
  | 'out_of_order'
  | 'unknown_later_version';

/** One finding. `file` is relative to the migrations folder, such as `sys_kernel/0001_base.sql`. */
export interface MigrationProblem {
  readonly code: MigrationProblemCode;
  /** A `notice` stops nothing. */
  readonly severity: 'error' | 'notice';
  readonly file: string;
  readonly message: string;
}

/** Makes a problem that stops the run. */
export const problem = (code: MigrationProblemCode, file: string, message: string): MigrationProblem => ({
  code,
  severity: 'error',
  file,
  message,
});
