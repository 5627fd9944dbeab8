import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invariant } from '../../kernel/errors/index.js';
import { type MigrationFile, parseMigration, SCHEMA_NAME } from './migration-file.js';
import { type MigrationProblem, problem } from './migration-problem.js';

/** What a migrations folder holds, in the order of versions. */
export interface MigrationSet {
  readonly files: readonly MigrationFile[];
  readonly problems: readonly MigrationProblem[];
}

/** The folder `migrations/` of the package, whether this file runs from its source or compiled. */
function packagedFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    invariant(folder !== dirname(folder), 'this file is in no package');
    folder = dirname(folder);
  }
  return join(folder, 'migrations');
}

function withoutDuplicates(files: readonly MigrationFile[]): MigrationSet {
  const first = new Map<number, MigrationFile>();
  const problems: MigrationProblem[] = [];
  for (const file of files) {
    const other = first.get(file.version);
    if (other === undefined) first.set(file.version, file);
    else problems.push(problem('duplicate_version', file.file, `${other.file} has the same number`));
  }
  return { files: [...first.values()], problems };
}

/**
 * Reads `<schema>/NNNN_name.sql` below a folder. Files that do not end in `.sql` are passed over.
 *
 * @param folder - default: the package's own
 */
export async function readMigrations(folder: string = packagedFolder()): Promise<MigrationSet> {
  const files: MigrationFile[] = [];
  const problems: MigrationProblem[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sql')) continue;
    const schema = relative(folder, entry.parentPath).replaceAll(sep, '/');
    if (!SCHEMA_NAME.test(schema)) {
      problems.push(problem('misnamed', join(schema, entry.name), 'a migration stands in a folder named as its schema, sys_… or plg_…'));
      continue;
    }
    const parsed = parseMigration(schema, entry.name, await readFile(join(entry.parentPath, entry.name), 'utf8'));
    if ('sql' in parsed) files.push(parsed);
    else problems.push(parsed);
  }
  const unique = withoutDuplicates(files.sort((a, b) => a.version - b.version || (a.file < b.file ? -1 : 1)));
  return { files: unique.files, problems: [...problems, ...unique.problems] };
}
