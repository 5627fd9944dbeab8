import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Actor, RequestContext } from '../../../shared/contracts/index.js';
import type { SubjectDirectory } from './subject-directory.js';
import type { SubjectKind } from './subject-kinds.js';

/**
 * Names of actors, as other systems call them: the external id of the Member, else the id of the User or Member. Only a name under
 * which this very actor acts is given, so that whoever asks about the name is answered about the actor; and no name comes twice.
 */
export class ActorNames {
  constructor(
    private readonly executor: SqlExecutor,
    private readonly subjects: SubjectDirectory,
  ) {}

  /** The names, in the order of the actors; undefined for one that acts under no name of the kind. */
  async of({ request }: RequestContext, spaceId: string, kind: SubjectKind, actors: readonly Actor[]): Promise<readonly (string | undefined)[]> {
    if (actors.length === 0) return [];
    const external = await this.externalIds(spaceId, actors);
    const candidates = actors.map(({ userId, memberId }) => [external.get(memberId), kind === 'user' ? userId : memberId].filter((id) => id !== undefined && id !== ''));
    const names = candidates.flat().map((id) => ({ kind, id: id as string }));
    const found = await this.subjects.find(spaceId, names, request.now, true);
    const actsAs = new Map(names.map(({ id }, index) => [id, found[index]?.actor]));
    return actors.map((actor, index) => candidates[index]?.find((id) => isSame(actsAs.get(id as string), actor)));
  }

  private async externalIds(spaceId: string, actors: readonly Actor[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.executor.query<{ id: string; externalId: string }>(sql`
      SELECT id, external_id AS "externalId" FROM sys_identity.members
      WHERE space_id = ${spaceId} AND id = ANY (${actors.map(({ memberId }) => memberId)}) AND external_id IS NOT NULL`);
    return new Map(rows.map(({ id, externalId }) => [id, externalId]));
  }
}

function isSame(one: Actor | undefined, other: Actor): boolean {
  return one !== undefined && one.userId === other.userId && one.memberId === other.memberId && one.userMemberId === other.userMemberId;
}
