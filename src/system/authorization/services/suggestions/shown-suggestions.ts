import type { RankedGrant } from './grant-rank.js';
import type { SuggestedGrants } from './suggestions.js';

/** Rights that are shown of a grant. */
const MOST_SHOWN = 20;

/** Suggestions in the form in which they are shown. */
export function shownSuggestions(suggested: SuggestedGrants): object {
  const { decision, denyCode, reason, revision, auditEventId, obstacle, found, grants } = suggested;
  return { decision, denyCode, reason, revision, auditEventId, obstacle, found, grants: grants.map((grant) => shownGrant(suggested, grant)) };
}

function shownGrant({ question, until, world, deniedDecision, showsRoles }: SuggestedGrants, grant: RankedGrant): object {
  const { candidate: { kind, roleId, memberRoleId, anchorGroupId, permissionId, change }, gained, otherMembers, resources, risk, breaks } = grant;
  const isAsked = (right: { readonly resourceType: string; readonly action: string }): boolean => right.resourceType === question.resourceType && right.action === question.action;
  const isRequestable = kind === 'assign_role' && breaks.length === 0 && world?.roles.get(roleId)?.isRequestable === true;
  return {
    kind, memberRoleId, anchorGroupId, permissionId,
    roleId: showsRoles ? roleId : undefined,
    expiresAt: kind === 'assign_role' || kind === 'extend_assignment' ? until : undefined,
    change: JSON.parse(JSON.stringify(change)) as unknown,
    rights: gained.length,
    gained: [...gained.filter(isAsked), ...gained.filter((right) => !isAsked(right))].slice(0, MOST_SHOWN),
    otherMembers, resources, risk,
    breaksRuleIds: breaks,
    accessRequestInput: isRequestable ? { memberId: question.actor.memberId, roleId, scopeAnchorGroupId: anchorGroupId, expiresAt: until, deniedDecision } : undefined,
  };
}
