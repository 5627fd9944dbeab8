import { showPlace } from '../yaml/place.js';
import { countTests, type RunOutcome } from './run-files.js';

/** The outcome for machines. */
export function reportJson(run: RunOutcome): object {
  const points = run.coverage.all();
  return {
    ...countTests(run),
    files: run.files.map(({ file, name, tests, problems, internal }) => ({
      file,
      name,
      tests: tests.map(({ test, at, differences }) => ({ name: test.name, place: showPlace(test.at), expectation: showPlace(at), passed: differences.length === 0, differences })),
      problems: problems.map(({ place, message }) => ({ place: showPlace(place), message })),
      ...(internal === undefined ? {} : { internal }),
    })),
    coverage: {
      percent: run.coverage.percent(),
      points: points.map(({ kind, key, at, what, isShown }) => ({ kind, key, place: showPlace(at), what, shown: isShown })),
    },
  };
}
