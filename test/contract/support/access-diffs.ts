import type { GraphqlAnswer, GraphqlCaller } from '../../support/graphql-caller.js';

/** A row of a difference. */
export interface AccessChange {
  readonly direction: 'GAINED' | 'LOST';
  readonly reasons: readonly string[];
  readonly memberId: string;
  readonly userId: string | null;
  readonly userMemberId: string | null;
  readonly resourceType: string;
  readonly action: string;
  readonly scope: string;
  readonly effect: 'ALLOW' | 'DENY';
  readonly condition: string | null;
  readonly memberRoleId: string;
  readonly assignmentCondition: string | null;
  readonly anchorGroupId: string | null;
  readonly roleId: string;
  readonly inheritedRoleIds: readonly string[];
  readonly rolePermissionId: string;
  readonly permissionId: string;
  readonly groupId: string | null;
  readonly resourceId: string | null;
  readonly denyCode: string | null;
}

export const CHANGE_FIELDS = `direction reasons memberId userId userMemberId resourceType action scope effect condition memberRoleId assignmentCondition anchorGroupId roleId
  inheritedRoleIds rolePermissionId permissionId groupId resourceId denyCode`;

export interface DiffPage {
  readonly edges: readonly { readonly cursor: string; readonly node: AccessChange }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
  readonly totalCount: number | null;
  readonly from: { readonly revision: string; readonly time: string };
  readonly to: { readonly revision: string; readonly time: string };
  readonly complete: boolean;
}

const DOCUMENT = `query ($input: AccessDiffInput!, $first: Int, $after: String, $last: Int, $before: String) {
  accessDiff(input: $input, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { ${CHANGE_FIELDS} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
    from { revision time } to { revision time } complete
  }
}`;

export function tryDiff(caller: GraphqlCaller, input: object, page: object = { first: 200 }): Promise<GraphqlAnswer<{ accessDiff: DiffPage | null }>> {
  return caller.send<{ accessDiff: DiffPage | null }>(DOCUMENT, { input, ...page });
}

export async function diffPage(caller: GraphqlCaller, input: object, page: object = { first: 200 }): Promise<DiffPage> {
  return (await caller.data<{ accessDiff: DiffPage }>(DOCUMENT, { input, ...page })).accessDiff;
}

/** All rows of a difference, page by page, forwards or backwards. */
export async function wholeDiff(caller: GraphqlCaller, input: object, size = 200, backward = false): Promise<AccessChange[]> {
  const rows: AccessChange[] = [];
  for (let cursor: string | null = null; ;) {
    const page: DiffPage = await diffPage(caller, input, backward ? { last: size, before: cursor } : { first: size, after: cursor });
    const nodes = page.edges.map(({ node }) => node);
    if (backward) rows.unshift(...nodes);
    else rows.push(...nodes);
    if (!(backward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage)) return rows;
    cursor = backward ? page.pageInfo.startCursor : page.pageInfo.endCursor;
  }
}
