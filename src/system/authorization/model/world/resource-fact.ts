import type { ResourceFact } from '../../engine/index.js';
import { MODEL_IDS } from '../ids.js';
import type { ResourceEntry } from '../model.js';

/** A Resource as decisions read it. */
export function resourceFact({ key, type, externalId, group, owner, visibility, status, metadata }: ResourceEntry, spaceId: string): ResourceFact {
  return {
    id: key,
    spaceId,
    resourceType: type.name,
    visibility,
    status,
    ...(externalId === undefined ? {} : { externalId }),
    ...(group === undefined ? {} : { groupId: MODEL_IDS.group(spaceId, group.name) }),
    ...(owner === undefined ? {} : { ownerMemberId: MODEL_IDS.member(owner.name) }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
