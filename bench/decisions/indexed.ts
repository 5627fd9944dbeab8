import type { DecisionRecorder, QuestionActor } from '../../src/system/authorization/engine/index.js';
import type { SpaceIndex } from '../../src/system/authorization/fact-index/space-index.js';
import { requestText } from './contender.js';
import type { Workload } from './workload.js';

/** Space of the workload. */
export const SPACE = 'space_bench';

/** Asks request `n`; true for allow. */
export type AskIndex = (n: number, record?: DecisionRecorder) => boolean;

type Asked = readonly [userMemberId: string, type: string, action: string, groupId: string];

/** Asks as a server does for a caller that it has found by the id of the binding: four strings, as the reference gets them. */
export function askByOneId(index: SpaceIndex, { requests }: Workload, now: number): AskIndex {
  const asked = requests.map(({ u, p, s }): Asked => [requestText(`um_u${u}`), requestText(`type${p >> 3}`), requestText(`act${p & 7}`), requestText(`group_s${s}`)]);
  return (n, record) => {
    const [userMemberId, type, action, groupId] = asked[n] as Asked;
    const actor = index.actors.actor(userMemberId);
    return actor !== undefined && isAllowed(index, actor, type, action, groupId, now, record);
  };
}

/** Asks with all ids that `check` takes from a machine: each of them is compared. */
export function askByAllIds(index: SpaceIndex, { requests }: Workload, now: number): AskIndex {
  const asked = requests.map(({ u, p, s }) =>
    [requestText(`user_u${u}`), requestText(`member_u${u}`), requestText(`um_u${u}`), requestText(`type${p >> 3}`), requestText(`act${p & 7}`), requestText(`group_s${s}`)] as const);
  return (n, record) => {
    const [userId, memberId, userMemberId, type, action, groupId] = asked[n] as (typeof asked)[number];
    return isAllowed(index, { userId, memberId, userMemberId, spaceId: SPACE }, type, action, groupId, now, record);
  };
}

function isAllowed(index: SpaceIndex, actor: QuestionActor, resourceType: string, action: string, groupId: string, now: number, record?: DecisionRecorder): boolean {
  const resource = { id: 'res_bench', spaceId: SPACE, resourceType, groupId, status: 'active' };
  return index.decide({ actor, resourceType, resourceId: 'res_bench', action }, { resource, isInline: true }, now, record)?.decision === 'ALLOW';
}
