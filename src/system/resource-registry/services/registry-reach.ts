import { reachPredicate, reach, type RequestContext } from '../../shared/contracts/index.js';
import type { Sql } from '../../../persistence/index.js';

/** Types, actions and mappings belong to the instance: whoever reads them needs instance reach. */
export function registryVisible(context: RequestContext): Sql {
  return reachPredicate(reach(context.caller, 'registry:read', context.request.now), {});
}

/** Whether the caller may read the registry at all. */
export function mayReadRegistry(context: RequestContext): boolean {
  return reach(context.caller, 'registry:read', context.request.now).instance;
}
