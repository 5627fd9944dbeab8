import { EvaluatorsDiffer } from '../world/policy-world.js';
import { FilesRefused, type Problem } from '../yaml/problems.js';
import { Coverage } from './coverage.js';
import { loadTestFile } from './load-test-file.js';
import { runTest, type TestOutcome } from './run-test.js';

/** What became of one file. */
export interface FileOutcome {
  readonly file: string;
  readonly name: string;
  readonly tests: readonly TestOutcome[];
  /** What is wrong with the file; none of its tests has run then. */
  readonly problems: readonly Problem[];
  /** Set when two evaluators gave different answers: a mistake of ours, which is worth a report. */
  readonly internal?: string;
  /** Milliseconds. */
  readonly took: number;
}

/** What became of all files. */
export interface RunOutcome {
  readonly files: readonly FileOutcome[];
  readonly coverage: Coverage;
}

/**
 * Runs the tests of files, one after the other.
 *
 * @param shown - name of a file in places and reports
 */
export async function runFiles(files: readonly string[], shown: (path: string) => string): Promise<RunOutcome> {
  const coverage = new Coverage();
  const outcomes: FileOutcome[] = [];
  for (const file of files) outcomes.push(await runFile(file, shown, coverage));
  return { files: outcomes, coverage };
}

async function runFile(file: string, shown: (path: string) => string, coverage: Coverage): Promise<FileOutcome> {
  const began = performance.now();
  const tests: TestOutcome[] = [];
  const outcome = { file: shown(file), name: shown(file), tests, problems: [] };
  try {
    const loaded = await loadTestFile(file, shown);
    const witness = coverage.of(loaded.world.model);
    for (const test of loaded.tests) tests.push(runTest(loaded.world, test, witness));
    return { ...outcome, file: loaded.file, name: loaded.name, took: performance.now() - began };
  } catch (error) {
    const took = performance.now() - began;
    if (error instanceof FilesRefused) return { ...outcome, problems: error.problems, took };
    if (error instanceof EvaluatorsDiffer) return { ...outcome, internal: error.message, took };
    throw error;
  }
}

/** Tests by what became of them. */
export function countTests({ files }: RunOutcome): { readonly passed: number; readonly failed: number; readonly broken: number } {
  const tests = files.flatMap((file) => file.tests);
  const failed = tests.filter(({ differences }) => differences.length > 0).length;
  return { passed: tests.length - failed, failed, broken: files.filter(({ problems, internal }) => problems.length > 0 || internal !== undefined).length };
}
