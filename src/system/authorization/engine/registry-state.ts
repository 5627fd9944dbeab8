import type { DenyCode } from './deny-codes.js';
import type { RegistryFacts } from './facts.js';

/** What is wrong with the registry entries of a question: type, then action, then mapping; missing before inactive. */
export function registryProblem({ resourceType, action, mapping }: RegistryFacts): DenyCode | undefined {
  if (resourceType === undefined) return 'INVALID_RESOURCE_TYPE';
  if (resourceType.status !== 'active') return 'RESOURCE_TYPE_INACTIVE';
  if (action === undefined) return 'INVALID_RESOURCE_ACTION';
  if (action.status !== 'active') return 'RESOURCE_ACTION_INACTIVE';
  if (mapping === undefined) return 'RESOURCE_MAPPING_NOT_FOUND';
  return mapping.status === 'active' ? undefined : 'RESOURCE_MAPPING_INACTIVE';
}
