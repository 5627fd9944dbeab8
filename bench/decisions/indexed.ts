import type { Question, ResourceFact } from '../../src/system/authorization/engine/index.js';
import type { IndexedTarget } from '../../src/system/authorization/fact-index/space-index.js';
import { requestText } from './contender.js';
import type { Workload } from './workload.js';

/** Space of the workload. */
export const SPACE = 'space_bench';

/** The questions of the workload with everything a caller sends: the actor by its four ids, the target by type and Group. */
export function questionsOf({ requests }: Workload): { readonly question: Question; readonly target: IndexedTarget }[] {
  return requests.map(({ u, p, s }) => {
    const resourceType = requestText(`type${Math.floor(p / 8)}`);
    const resource: ResourceFact = { id: 'res_bench', spaceId: SPACE, resourceType, groupId: requestText(`group_s${s}`), status: 'active' };
    return {
      question: {
        actor: { userId: requestText(`user_u${u}`), memberId: requestText(`member_u${u}`), userMemberId: requestText(`um_u${u}`), spaceId: SPACE },
        resourceType, resourceId: resource.id, action: requestText(`act${p % 8}`),
      },
      target: { resource, isInline: true },
    };
  });
}
