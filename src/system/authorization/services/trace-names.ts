import { createServiceRef } from '../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../shared/contracts/index.js';
import { redacted } from '../../shared/services/index.js';
import type { Facts, QuestionActor, TraceNames } from '../engine/index.js';
import { defined } from './inline-facts.js';

interface NameRow {
  readonly userEmail: string | null;
  readonly memberDisplayName: string | null;
  readonly spaceName: string | null;
  readonly resourceDisplayName: string | null;
  readonly resourceMetadata: unknown;
}

/** Names for a trace: read when it is shown, and only those that the reader may read where the objects are. */
export class TraceNameReader {
  constructor(private readonly executor: SqlExecutor) {}

  async read(context: RequestContext, actor: QuestionActor, { group, resource }: Pick<Facts, 'group' | 'resource'>): Promise<TraceNames> {
    const { caller, request } = context;
    const { spaceId } = actor;
    const groupPath = group?.spaceId === spaceId ? group.path : undefined;
    const may = (key: string, target: { spaceId: string; groupPath?: string }): boolean => covers(reach(caller, key, request.now), target);
    const isOwn = caller.userId !== undefined && caller.userId === actor.userId;
    const mayResource = resource?.spaceId === spaceId && may('resources:read', { spaceId, groupPath });
    const [row] = await this.executor.query<NameRow>(sql`
      SELECT
        (SELECT u.email FROM sys_identity.users u JOIN sys_identity.user_members um ON um.user_id = u.id
         WHERE u.id = ${actor.userId} AND um.space_id = ${spaceId} LIMIT 1) AS "userEmail",
        (SELECT display_name FROM sys_identity.members WHERE id = ${actor.memberId} AND space_id = ${spaceId}) AS "memberDisplayName",
        (SELECT name FROM sys_identity.spaces WHERE id = ${spaceId}) AS "spaceName",
        (SELECT display_name FROM sys_resource.resources WHERE id = ${resource?.id ?? ''} AND space_id = ${spaceId}) AS "resourceDisplayName",
        (SELECT metadata FROM sys_resource.resources WHERE id = ${resource?.id ?? ''} AND space_id = ${spaceId}) AS "resourceMetadata"`);
    if (row === undefined) return {};
    return defined({
      userEmail: isOwn || may('users:read', { spaceId }) ? (row.userEmail ?? undefined) : undefined,
      memberDisplayName: isOwn || may('members:read', { spaceId }) ? (row.memberDisplayName ?? undefined) : undefined,
      spaceName: isOwn || may('spaces:read', { spaceId }) ? (row.spaceName ?? undefined) : undefined,
      resourceDisplayName: mayResource ? (row.resourceDisplayName ?? undefined) : undefined,
      resourceMetadata: mayResource ? (redacted(row.resourceMetadata) ?? undefined) : undefined,
    });
  }
}

/** The name reader of the process. */
export const traceNamesRef = createServiceRef<TraceNameReader>({ id: 'authorization.trace_names', scope: 'process' });
