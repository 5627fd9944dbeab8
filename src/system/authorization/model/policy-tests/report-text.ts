import { visibleLine } from '../yaml/hidden-characters.js';
import { showPlace } from '../yaml/place.js';
import type { CoveragePoint, Shown } from './coverage.js';
import { countTests, type FileOutcome, type RunOutcome } from './run-files.js';

/** The outcome for people: what failed with its place, then one line that sums up. */
export function reportText(run: RunOutcome): string {
  const { passed, failed, broken } = countTests(run);
  const took = run.files.reduce((sum, file) => sum + file.took, 0);
  const parts = [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(broken > 0 ? [`${broken} of ${run.files.length} files could not be run`] : [])];
  return `${run.files.map(fileText).join('')}${parts.join(', ')} (${run.files.length} ${run.files.length === 1 ? 'file' : 'files'}, ${(took / 1_000).toFixed(2)} s)\n`;
}

function fileText({ file, tests, problems, internal }: FileOutcome): string {
  const failures = tests.filter(({ differences }) => differences.length > 0);
  if (internal !== undefined) return `BROKEN  ${file}\n  This is a mistake of Polity, not of your rules; please report it:\n  ${internal}\n`;
  if (problems.length > 0) return `BROKEN  ${file}\n${problems.map(({ place, message }) => `  ${showPlace(place)}: ${message}\n`).join('')}`;
  if (failures.length === 0) return `ok      ${file} (${tests.length})\n`;
  return `FAILED  ${file} (${failures.length} of ${tests.length})\n${failures
    .map(({ test, at, differences }) => `  ${showPlace(at)}: ${visibleLine(test.name)}\n${differences.map((line) => `      ${visibleLine(line)}\n`).join('')}`).join('')}`;
}

const MEANING: Readonly<Record<Shown, string>> = {
  allows: 'it allows',
  denies: 'it denies',
  does_not_deny: 'it does not deny what is allowed',
  condition_true: 'its condition is true',
  condition_not_true: 'its condition is not true',
  is_used: 'it is on the way of a match',
};

/** What tests have not shown, and the share that they have. */
export function coverageText(points: readonly CoveragePoint[], percent: number): string {
  const missing = points.filter(({ isShown }) => !isShown).map(({ kind, key, at, what }) => `  ${showPlace(at)}: no check shows of ${kind} ${key} that ${MEANING[what]}\n`);
  const shown = points.length - missing.length;
  return `coverage ${percentText(percent)} (${shown} of ${points.length})\n${missing.join('')}`;
}

/** A percentage that is rounded down: 99.99 is not all. */
export function percentText(percent: number): string {
  return `${Math.floor(percent * 10) / 10} %`;
}
