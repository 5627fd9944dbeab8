import { PolityError } from '../errors/index.js';

/** One thing that is wrong with one manifest. */
export interface ManifestProblem {
  /** Where the manifest came from: a capability id, or what the loader called it. */
  readonly source: string;
  /** Path inside the manifest, such as `['requires', 'capabilities', 0]`; empty for the manifest as a whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const lineOf = ({ source, path, message }: ManifestProblem): string =>
  path.length === 0 ? `${source}: ${message}` : `${source}: ${path.join('.')}: ${message}`;

/** All problems as one `CAPABILITY_INVALID`; `details.problems` holds them as data. */
export function manifestError(problems: readonly ManifestProblem[]): PolityError {
  return new PolityError('CAPABILITY_INVALID', `Capability manifests refused:\n${problems.map(lineOf).join('\n')}`, {
    details: { problems },
  });
}

/** The problems that an error of {@link manifestError} carries; none for any other error. */
export function problemsOf(error: unknown): readonly ManifestProblem[] {
  return error instanceof PolityError ? ((error.details?.['problems'] as readonly ManifestProblem[] | undefined) ?? []) : [];
}
