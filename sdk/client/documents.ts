const DECISION = 'decision denyCode reason traceId auditEventId revision';

/** Receipts are made when they are selected. */
const decisionWith = (receipt: boolean): string => (receipt ? `${DECISION} receipt` : DECISION);

export const check = (receipt: boolean): string => `query Check($input: CheckInput!) { check(input: $input) { ${decisionWith(receipt)} } }`;

export const checkMany = (receipt: boolean): string => `query CheckMany($input: CheckManyInput!) { checkMany(input: $input) { ${decisionWith(receipt)} } }`;

const GROUP = '{ id spaceId path status }';

export const EXPLAIN = `query Explain($input: CheckInput!) {
  explain(input: $input) {
    ${DECISION} traceVersion contextMode
    actor {
      user { id email status }
      member { id spaceId displayName status }
      userMember { id userId memberId spaceId relationType status isPrimary expiresAt }
      space { id name status }
    }
    space { id name status }
    target {
      resource { id externalId type spaceId groupId groupPath ownerMemberId displayName visibility status metadata }
      group ${GROUP}
    }
    resourceRegistry {
      resourceType { id key status }
      action { id key riskLevel auditDefault status }
      mapping { id storageKind status }
    }
    matchedCandidates {
      role { id key spaceId }
      inheritedRoles { id key spaceId }
      permission { id resourceType action scope effect }
      memberRoleId memberRoleSpaceId
      scopeAnchor ${GROUP}
      scopeCheck { covered rule reason denyCode }
      conditionCheck { met failed error }
    }
    request { requestId ip userAgent }
    audit {
      auditEventId actorUserId actorMemberId actorUserMemberId spaceId action resourceType resourceId decision denyCode requestId
    }
  }
}`;

const SESSION = `
  accessToken refreshToken accessTokenExpiresAt refreshTokenExpiresAt
  errors { code message path }`;

export const SIGN_IN = `mutation SignIn($input: SignInInput!) { signIn(input: $input) {${SESSION} } }`;

export const REFRESH = `mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) {${SESSION} } }`;

export const AUDIT_EVENTS = `subscription AuditEvents($after: String, $filter: AuditEventFilter) {
  auditEvents(after: $after, filter: $filter) {
    id position index type risk occurredAt spaceId groupId
    actor { userId memberId userMemberId }
    credential { kind id issuer }
    action
    target { type id }
    decision denyCode traceId requestId changes details
  }
}`;

export const LIFECYCLE_EVENTS = `subscription LifecycleEvents($after: String) {
  lifecycleEvents(after: $after) {
    id position type spaceId
    subject { type id }
    payload occurredAt
  }
}`;
