import { changeText, describeChange, diffText, type ModelImportReport } from '../../system/authorization/model/index.js';
import type { Invocation } from '../invocation.js';

/** Says what an import did, or would do, and what it left. */
export function reportImport(invocation: Invocation, { dryRun, sha256, changes, kept }: ModelImportReport): void {
  invocation.print(
    { dryRun, sha256, changes: changes.map(describeChange), kept: kept.map(({ change, because }) => ({ ...describeChange(change), because: because ?? null })) },
    () => {
      const count = (op: string): number => changes.filter((change) => change.op === op).length;
      const keptLines = kept.map(({ change, because }) => `  ${changeText(change).slice(2)}${because === undefined ? '' : ` (${because})`}\n`).join('');
      const counts = `${count('add')} added, ${count('change')} changed, ${count('remove')} put out of force${dryRun ? '; this was a dry run, and nothing has changed' : ''}`;
      return `${diffText(changes)}${keptLines === '' ? '' : `not in the file, and kept\n${keptLines}`}${counts}.\n`;
    },
  );
}
