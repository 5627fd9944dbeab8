import { createHash } from 'node:crypto';
import { forbiddenStatement } from './forbidden-statement.js';
import { type MigrationProblem, problem } from './migration-problem.js';

/** `expand` adds what the next release needs and the running one ignores; `contract` takes away what nobody uses any more. */
export type MigrationPhase = 'expand' | 'contract';

/** One file of the migrations folder. */
export interface MigrationFile {
  /** Position in the order over all schemas. */
  readonly version: number;
  readonly schema: string;
  /** The file's name between number and `.sql`. */
  readonly name: string;
  readonly phase: MigrationPhase;
  /** SHA-256 of the text, hex; line ends count as `\n` whatever the checkout made of them. */
  readonly checksum: string;
  readonly sql: string;
  /** Relative to the migrations folder, such as `sys_kernel/0001_base.sql`. */
  readonly file: string;
}

/** Schema names: a system capability's or a plugin's. */
export const SCHEMA_NAME = /^(sys|plg)_[a-z0-9_]{1,50}$/;
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const PHASE = /^--\s*phase:\s*(expand|contract)\s*$/;

/** The comment lines that a file begins with. */
const head = (sql: string): string[] => {
  const lines = sql.split('\n');
  const end = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('--'));
  return end === -1 ? lines : lines.slice(0, end);
};

/** Reads one file's name and text. */
export function parseMigration(schema: string, fileName: string, content: string): MigrationFile | MigrationProblem {
  const file = `${schema}/${fileName}`;
  const [, digits, name] = FILE_NAME.exec(fileName) ?? [];
  if (digits === undefined || name === undefined) return problem('misnamed', file, 'a migration is named NNNN_name.sql');
  const sql = content.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const phase = head(sql).flatMap((line) => PHASE.exec(line)?.[1] ?? [])[0];
  if (phase === undefined) return problem('phase_missing', file, 'begin it with `-- phase: expand` or `-- phase: contract`');
  const forbidden = forbiddenStatement(sql);
  if (forbidden !== undefined) return problem('forbidden_statement', file, forbidden);
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { version: Number(digits), schema, name, phase: phase as MigrationPhase, checksum, sql, file };
}
