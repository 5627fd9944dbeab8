import type { z } from 'zod';
import { capabilityManifestSchema, type CapabilityManifest } from './capability-manifest.js';
import { manifestError, type ManifestProblem } from './manifest-problem.js';

const problemAt = (source: string, issue: z.core.$ZodIssue): ManifestProblem => ({
  source,
  path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
  message: issue.message,
});

/**
 * Parses one manifest by itself; how it fits the others is for {@link validateManifests}.
 *
 * @param source - what the messages call this manifest
 * @returns a copy, frozen in depth: later changes of `input` do not reach it
 * @throws PolityError `CAPABILITY_INVALID` with every problem in `details.problems`
 */
export function parseManifest(input: unknown, source: string): CapabilityManifest {
  const result = capabilityManifestSchema.safeParse(input);
  if (!result.success) throw manifestError(result.error.issues.map((issue) => problemAt(source, issue)));
  return result.data;
}
