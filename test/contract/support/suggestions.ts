import type { GraphqlAnswer, GraphqlCaller } from '../../support/graphql-caller.js';

/** A right that a Member would newly have. */
export interface SuggestedRight {
  readonly resourceType: string;
  readonly action: string;
  readonly scope: string;
  readonly anchorGroupId: string | null;
}

/** A suggested grant. */
export interface SuggestedGrant {
  readonly kind: 'START_ASSIGNMENT' | 'EXTEND_ASSIGNMENT' | 'ASSIGN_ROLE' | 'GIVE_PERMISSION';
  readonly roleId: string | null;
  readonly memberRoleId: string | null;
  readonly anchorGroupId: string | null;
  readonly permissionId: string | null;
  readonly expiresAt: string | null;
  readonly change: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly rights: number;
  readonly gained: readonly SuggestedRight[];
  readonly otherMembers: number | null;
  readonly resources: number | null;
  readonly risk: string;
  readonly breaksRuleIds: readonly string[];
  readonly accessRequestInput: Readonly<Record<string, unknown>> | null;
}

/** An answer of suggestGrants. */
export interface SuggestedGrants {
  readonly decision: string;
  readonly denyCode: string | null;
  readonly reason: string;
  readonly revision: string;
  readonly auditEventId: string;
  readonly obstacle: { readonly code: string; readonly reason: string; readonly memberRoleId: string | null; readonly roleId: string | null; readonly permissionId: string | null } | null;
  readonly grants: readonly SuggestedGrant[];
  readonly found: number;
}

const DOCUMENT = `query ($input: SuggestGrantsInput!) {
  suggestGrants(input: $input) {
    decision denyCode reason revision auditEventId found obstacle { code reason memberRoleId roleId permissionId }
    grants {
      kind roleId memberRoleId anchorGroupId permissionId expiresAt change rights gained { resourceType action scope anchorGroupId } otherMembers resources risk breaksRuleIds
      accessRequestInput { memberId roleId scopeAnchorGroupId expiresAt deniedDecision }
    }
  }
}`;

export function trySuggest(caller: GraphqlCaller, input: object): Promise<GraphqlAnswer<{ suggestGrants: SuggestedGrants | null }>> {
  return caller.send<{ suggestGrants: SuggestedGrants | null }>(DOCUMENT, { input });
}

export async function suggest(caller: GraphqlCaller, input: object): Promise<SuggestedGrants> {
  return (await caller.data<{ suggestGrants: SuggestedGrants }>(DOCUMENT, { input })).suggestGrants;
}

/** Really makes a suggested grant. Gives the codes of what is refused, and what takes the grant back. */
export async function make(admin: GraphqlCaller, { change }: SuggestedGrant): Promise<{ readonly refused: readonly string[]; readonly undo: () => Promise<void> }> {
  const [mutation, input] = Object.entries(change)[0] as [string, Readonly<Record<string, unknown>>];
  const isAssignment = mutation.endsWith('MemberRole');
  const before = mutation === 'updateMemberRole' ? (await admin.data<{ memberRole: object }>('query ($id: ID!) { memberRole(id: $id) { startsAt expiresAt } }', { id: input['id'] })).memberRole : undefined;
  const { errors, ...payload } = await admin.tryMutate<Record<string, { id: string } | null>>(mutation, input, isAssignment ? 'memberRole { id }' : 'rolePermission { id }');
  const id = Object.values(payload)[0]?.id;
  // An end that has passed cannot be given again: the clock has to take it back.
  const undo = before === undefined ? [isAssignment ? 'revokeMemberRole' : 'revokeRolePermission', { id }] as const : ['updateMemberRole', { id, ...before, expiresAt: undefined }] as const;
  return { refused: errors.map(({ code }) => code), undo: async () => void (await admin.mutate(undo[0], undo[1], '')) };
}
