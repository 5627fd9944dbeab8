import { randomUUID } from 'node:crypto';
import { mutationText } from '../support/api.js';
import { Connection } from './connection.js';
import type { MutationJob } from './jobs.js';

/** Runs the life of Members and Resources again and again; @throws Error when a mutation refuses. */
export async function runMutations(job: MutationJob, note: (operation: string, ms: number) => void): Promise<void> {
  const until = performance.now() + job.seconds * 1_000;
  const work = async (): Promise<void> => {
    const connection = await Connection.open(job.target);
    try {
      while (performance.now() < until) await oneLife(connection, job.world, note);
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: job.connections }, work));
}

async function oneLife(connection: Connection, { spaceId, groupId, roleId }: MutationJob['world'], note: (operation: string, ms: number) => void): Promise<void> {
  const mutate = async (field: string, object: string, input: object): Promise<string> => {
    const text = JSON.stringify({ query: mutationText(field, `${object} { id }`), variables: { input } });
    const began = performance.now();
    const { status, body } = await connection.post(text);
    note(field, performance.now() - began);
    const answer = JSON.parse(body) as { data?: Record<string, Record<string, { id: string } | null>> };
    const id = answer.data?.[field]?.[object]?.id;
    if (status !== 200 || id === undefined) throw new Error(`${field} refused ${status}: ${body.slice(0, 1_000)}`);
    return id;
  };
  const name = randomUUID();
  const memberId = await mutate('createMember', 'member', { spaceId, displayName: name, externalId: name });
  await mutate('updateMember', 'member', { id: memberId, displayName: `${name} the second` });
  const resourceId = await mutate('createResource', 'resource', { spaceId, groupId, resourceType: 'invoice', displayName: name });
  await mutate('updateResource', 'resource', { id: resourceId, displayName: `${name} again` });
  const memberRoleId = await mutate('createMemberRole', 'memberRole', { memberId, roleId, scopeAnchorGroupId: groupId });
  await mutate('revokeMemberRole', 'memberRole', { id: memberRoleId });
  await mutate('disableMember', 'member', { id: memberId });
}
