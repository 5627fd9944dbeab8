import { covers, reach, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';

/** Whether the caller holds a control-plane permission for a target: what `viewerCan…` fields say. */
export function may({ caller, request }: RequestContext, key: string, target: ReachTarget): boolean {
  return covers(reach(caller, key, request.now), target);
}
