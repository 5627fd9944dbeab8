import semver from 'semver';
import type { CapabilityManifest } from './capability-manifest.js';
import { findCycles } from './find-cycles.js';
import { manifestError, type ManifestProblem } from './manifest-problem.js';

/** What manifests are held against. */
export interface ManifestRules {
  /** Capability id -> the one migration namespace it owns. */
  readonly officialCapabilities: ReadonlyMap<string, string>;
  /** Semantic version that `requires.kernel` must admit. */
  readonly kernelVersion: string;
}

type Report = (path: ManifestProblem['path'], message: string) => void;

function checkAlone(manifest: CapabilityManifest, rules: ManifestRules, report: Report): void {
  const { id, requires, provides } = manifest;
  const namespace = rules.officialCapabilities.get(id);
  if (namespace === undefined) report(['id'], `"${id}" is not a system capability of this release`);
  else if (provides.migrations && provides.migrations.namespace !== namespace) {
    const foreign = provides.migrations.namespace;
    report(['provides', 'migrations', 'namespace'], `"${foreign}" is not its own; it owns "${namespace}"`);
  }
  if (!semver.satisfies(rules.kernelVersion, requires.kernel, { includePrerelease: true })) {
    report(['requires', 'kernel'], `"${requires.kernel}" does not admit kernel ${rules.kernelVersion}`);
  }
}

function checkDependencies(manifest: CapabilityManifest, present: ReadonlyMap<string, unknown>, report: Report): void {
  manifest.requires.capabilities.forEach((dependency, index) => {
    const path = ['requires', 'capabilities', index];
    if (dependency === manifest.id) report(path, 'a capability cannot depend on itself');
    else if (!present.has(dependency)) report(path, `"${dependency}" is missing`);
  });
}

/**
 * Holds a set of parsed manifests against the rules and against one another: official ids, own namespaces, kernel range,
 * duplicates, missing dependencies and cycles.
 *
 * @throws PolityError `CAPABILITY_INVALID` with every problem of every manifest in `details.problems`
 */
export function validateManifests(manifests: readonly CapabilityManifest[], rules: ManifestRules): void {
  const problems: ManifestProblem[] = [];
  const reportFor = (source: string): Report => (path, message) => problems.push({ source, path, message });

  const present = new Map<string, readonly string[]>();
  for (const { id, requires } of manifests) {
    if (present.has(id)) reportFor(id)(['id'], `"${id}" is loaded twice`);
    else present.set(id, requires.capabilities);
  }
  for (const manifest of manifests) {
    const report = reportFor(manifest.id);
    checkAlone(manifest, rules, report);
    checkDependencies(manifest, present, report);
  }
  for (const cycle of findCycles(present)) {
    reportFor(cycle[0] as string)(['requires', 'capabilities'], `cycle ${cycle.join(' -> ')}`);
  }
  if (problems.length > 0) throw manifestError(problems);
}
