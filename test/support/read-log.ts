import type { GraphqlCaller } from './graphql-caller.js';

/** What tests look at in an audit event. */
export interface LoggedEvent {
  readonly id: string;
  readonly index: number;
  readonly type: string;
  readonly requestId: string | null;
  readonly targetId: string;
  readonly spaceId: string | null;
  readonly denyCode: string | null;
}

interface Page {
  readonly auditEvents: {
    readonly edges: readonly { readonly cursor: string; readonly node: { id: string; index: string; type: string; requestId: string | null; spaceId: string | null; denyCode: string | null; target: { id: string } } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const PAGE = `query ($after: String) {
  auditEvents(first: 200, after: $after, order: OLDEST_FIRST) {
    edges { cursor node { id index type requestId spaceId denyCode target { id } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Reads the audit log through the API from a cursor to its end, and fails on a gap or a repetition of places. */
export async function readLog(reader: GraphqlCaller, after?: { readonly cursor: string; readonly index: number }): Promise<{ events: LoggedEvent[]; last: { cursor: string; index: number } }> {
  const events: LoggedEvent[] = [];
  let last = after ?? { cursor: '', index: -1 };
  for (let more = true; more;) {
    const { auditEvents }: Page = await reader.data<Page>(PAGE, { after: last.cursor === '' ? null : last.cursor });
    for (const { cursor, node } of auditEvents.edges) {
      const { target, index: place, ...rest } = node;
      const index = Number(place);
      if (index !== last.index + 1) throw new Error(`the log has index ${index} after ${last.index}`);
      events.push({ ...rest, index, targetId: target.id });
      last = { cursor, index };
    }
    more = auditEvents.pageInfo.hasNextPage;
  }
  return { events, last };
}
