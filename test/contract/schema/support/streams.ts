import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { lifecycleCursor } from '../../../../src/system/audit/services/streams/stream-service.js';
import type { GraphqlCaller } from '../../../support/graphql-caller.js';

/** Parameters by which a WebSocket carries the credential of a caller. */
export function socketParams({ headers }: GraphqlCaller): Record<string, string> {
  const { authorization, 'x-polity-api-key': apiKey } = headers;
  return { ...(authorization === undefined ? {} : { authorization }), ...(apiKey === undefined ? {} : { apiKey }) };
}

/** Position of the newest audit event, to continue after. */
export async function endOfAuditLog(admin: GraphqlCaller): Promise<string> {
  const { auditEvents } = await admin.data<{ auditEvents: { edges: { node: { position: string } }[] } }>('{ auditEvents(first: 1) { edges { node { position } } } }');
  return auditEvents.edges[0]?.node.position ?? '';
}

/** Position of the newest event of the outbox, to continue after: what was committed before the call has its place in the log by then. */
export async function endOfOutbox(owner: Client): Promise<string> {
  for (;;) {
    const { rows } = await owner.query<{ last: number; complete: boolean }>(`
      SELECT next_index::int - 1 AS last, next_index >= (SELECT count(*) FROM sys_kernel.outbox_event) AS complete FROM sys_kernel.outbox_head`);
    const [head] = rows;
    if (head?.complete === true) return lifecycleCursor(head.last);
    await sleep(5);
  }
}
