import DataLoader from 'dataloader';
import { createServiceRef, type ServiceScope } from '../../../kernel/services/index.js';
import { requestContextRef, type RequestContext } from '../../shared/contracts/index.js';
import type { ListPage, PageInput } from '../../shared/services/index.js';
import type { GroupRow } from '../entities/group.js';
import type { MemberRow } from '../entities/member.js';
import type { SpaceRow } from '../entities/space.js';
import type { UserRow } from '../entities/user.js';
import { groupQueriesRef } from './groups/index.js';
import { membersRef } from './members.js';
import { spacesRef } from './spaces.js';
import { usersRef } from './users.js';

/** One page of the children of one Group. */
export interface ChildrenKey {
  readonly parentId: string;
  readonly page: PageInput;
}

/**
 * Batches the look-ups of one request, each within what the caller may read. Nothing is kept between batches: a request with several
 * mutations, or a subscription, would read what is no longer true.
 */
export interface IdentityLoaders {
  readonly users: DataLoader<string, UserRow | undefined>;
  readonly spaces: DataLoader<string, SpaceRow | undefined>;
  readonly groups: DataLoader<string, GroupRow | undefined>;
  readonly members: DataLoader<string, MemberRow | undefined>;
  readonly groupChildren: DataLoader<ChildrenKey, ListPage<GroupRow>>;
}

type ById<Row> = (context: RequestContext, ids: readonly string[]) => Promise<(Row | undefined)[]>;

/** Makes the loaders of the request that the scope belongs to. */
export function createIdentityLoaders(scope: ServiceScope): IdentityLoaders {
  const context = scope.get(requestContextRef);
  const byId = <Row>(read: ById<Row>) => new DataLoader<string, Row | undefined>((ids) => read(context, ids), { cache: false });
  return {
    users: byId((request, ids) => scope.get(usersRef).byIds(request, ids)),
    spaces: byId((request, ids) => scope.get(spacesRef).byIds(request, ids)),
    groups: byId((request, ids) => scope.get(groupQueriesRef).byIds(request, ids)),
    members: byId((request, ids) => scope.get(membersRef).byIds(request, ids)),
    groupChildren: new DataLoader((keys) => childrenOf(scope, context, keys), { cache: false }),
  };
}

async function childrenOf(scope: ServiceScope, context: RequestContext, keys: readonly ChildrenKey[]): Promise<(ListPage<GroupRow> | Error)[]> {
  const found = new Map<ChildrenKey, ListPage<GroupRow> | Error>();
  const byPage = Map.groupBy(keys, ({ page: { first, after, last, before } }) => JSON.stringify([first, after, last, before]));
  await Promise.all([...byPage.values()].map(async (alike) => {
    const page = alike[0]?.page ?? {};
    const answers = await scope.get(groupQueriesRef).children(context, alike.map(({ parentId }) => parentId), page).catch(asError);
    alike.forEach((key, position) => found.set(key, answers instanceof Error ? answers : (answers[position] ?? new Error('a page is missing'))));
  }));
  return keys.map((key) => found.get(key) ?? new Error('a page is missing'));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Look-ups of one request. */
export const identityLoadersRef = createServiceRef<IdentityLoaders>({ id: 'identity.loaders', scope: 'request' });
