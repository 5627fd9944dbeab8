import { invariant } from '../errors/index.js';
import type { CapabilityManifest } from './capability-manifest.js';

/**
 * Dependency order of manifests that {@link validateManifests} has accepted: each stands after all it requires, and of those
 * that could stand next the one with the smallest id does (by code unit). The order does not depend on the order of the input.
 *
 * @throws PolityError `INTERNAL_ERROR` when the set was not validated and has a cycle or a missing dependency
 */
export function resolveOrder(manifests: readonly CapabilityManifest[]): readonly CapabilityManifest[] {
  const waiting = [...manifests].sort((left, right) => (left.id < right.id ? -1 : 1));
  const placed = new Set<string>();
  const order: CapabilityManifest[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ requires }) => requires.capabilities.every((dependency) => placed.has(dependency)));
    invariant(next !== -1, `No order exists for ${waiting.map(({ id }) => id).join(', ')}.`);
    for (const manifest of waiting.splice(next, 1)) {
      placed.add(manifest.id);
      order.push(manifest);
    }
  }
  return order;
}
