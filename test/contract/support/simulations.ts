import type { GraphqlAnswer, GraphqlCaller } from '../../support/graphql-caller.js';
import { CHANGE_FIELDS, type AccessChange } from './access-diffs.js';

/** A decision that would flip. */
export interface FlippedDecision {
  readonly auditEventId: string;
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly recorded: string;
  readonly recordedDenyCode: string | null;
  readonly before: string;
  readonly beforeDenyCode: string | null;
  readonly after: string;
  readonly afterDenyCode: string | null;
}

interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
  readonly totalCount: number | null;
}

/** An answer of simulateChange. */
export interface Simulation {
  readonly revision: string;
  readonly auditEventId: string;
  readonly gained: number;
  readonly lost: number;
  readonly members: number;
  readonly changes: Page<AccessChange>;
  readonly violations: Page<{ readonly ruleId: string; readonly memberId: string; readonly roleIds: readonly string[]; readonly permissionIds: readonly string[] }>;
  readonly decisions: {
    readonly since: string; readonly until: string; readonly examined: number; readonly unreadable: number; readonly undecided: number; readonly flipped: number;
    readonly isWhole: boolean; readonly oldest: string | null; readonly oldestAuditEventId: string | null; readonly flips: Page<FlippedDecision>;
  } | null;
}

const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount';
const DOCUMENT = `query ($input: SimulateChangeInput!, $first: Int, $after: String, $last: Int, $before: String, $firstFlips: Int, $afterFlips: String, $lastFlips: Int, $beforeFlips: String,
  $firstViolations: Int, $afterViolations: String, $lastViolations: Int, $beforeViolations: String) {
  simulateChange(input: $input) {
    revision auditEventId gained lost members
    changes(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { ${CHANGE_FIELDS} } } ${PAGE} }
    violations(first: $firstViolations, after: $afterViolations, last: $lastViolations, before: $beforeViolations) { edges { cursor node { ruleId memberId roleIds permissionIds } } ${PAGE} }
    decisions {
      since until examined unreadable undecided flipped isWhole oldest oldestAuditEventId
      flips(first: $firstFlips, after: $afterFlips, last: $lastFlips, before: $beforeFlips) { edges { cursor node {
        auditEventId occurredAt userId memberId userMemberId resourceType resourceId action recorded recordedDenyCode before beforeDenyCode after afterDenyCode } } ${PAGE} }
    }
  }
}`;

/** One page of each list. */
const WHOLE = { first: 200, firstFlips: 200, firstViolations: 200 };

export function trySimulate(caller: GraphqlCaller, input: object, page: object = WHOLE): Promise<GraphqlAnswer<{ simulateChange: Simulation | null }>> {
  return caller.send<{ simulateChange: Simulation | null }>(DOCUMENT, { input, ...page });
}

export async function simulate(caller: GraphqlCaller, input: object, page: object = WHOLE): Promise<Simulation> {
  return (await caller.data<{ simulateChange: Simulation }>(DOCUMENT, { input, ...page })).simulateChange;
}
