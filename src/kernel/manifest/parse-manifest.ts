import type { z } from 'zod';
import { capabilityManifestSchema, type CapabilityManifest } from './capability-manifest.js';
import { manifestError, type ManifestProblem } from './manifest-problem.js';

const problemAt = (source: string, issue: z.core.$ZodIssue): ManifestProblem => ({
  source,
  path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
  message: issue.message,
});

/** A parsed manifest, or everything that is wrong with it. */
export type ManifestReading =
  | { readonly manifest: CapabilityManifest; readonly problems?: undefined }
  | { readonly manifest?: undefined; readonly problems: readonly ManifestProblem[] };

/** {@link parseManifest} for those who gather the problems of several manifests before they throw. */
export function readManifest(input: unknown, source: string): ManifestReading {
  const result = capabilityManifestSchema.safeParse(input);
  return result.success
    ? { manifest: result.data }
    : { problems: result.error.issues.map((issue) => problemAt(source, issue)) };
}

/**
 * Parses one manifest by itself; how it fits the others is for {@link validateManifests}.
 *
 * @param source - what the messages call this manifest
 * @returns a copy, frozen in depth: later changes of `input` do not reach it
 * @throws PolityError `CAPABILITY_INVALID` with every problem in `details.problems`
 */
export function parseManifest(input: unknown, source: string): CapabilityManifest {
  const { manifest, problems } = readManifest(input, source);
  if (problems) throw manifestError(problems);
  return manifest;
}
