import type { Api } from '../support/api.js';
import { signIn } from '../support/polity.js';
import { CHECK, makePerson } from '../support/world.js';
import type { SubscriberOptions } from './messages.js';
import { GROUPS, SESSIONS_PER_GROUP, SPACES, visibleSpaces } from './rights.js';

/** What the streams are about. */
export interface Audience {
  readonly spaceIds: readonly string[];
  /** Session tokens, with the Spaces whose events each may see; those of one group follow one another. */
  readonly sessions: readonly SubscriberOptions[];
  /** Bodies of requests that leave one event each: one for each Space. */
  readonly questions: readonly string[];
  /** Secret of an API key that may ask them. */
  readonly apiKey: string;
}

/** Makes Spaces that decisions are made in, and Users who may read the log of half of them. */
export async function makeAudience(admin: Api): Promise<Audience> {
  const spaces = await inTurn(Array.from({ length: SPACES }, (_, number) => number), (number) => makeSpace(admin, number));
  const spaceIds = spaces.map(({ spaceId }) => spaceId);
  const groups = visibleSpaces().slice(0, GROUPS).map((numbers, group) => ({ group, visible: numbers.map((number) => spaceIds[number] ?? '') }));
  const halves = [groups.filter(({ group }) => group % 2 === 0), groups.filter(({ group }) => group % 2 === 1)];
  const sessions = await Promise.all(halves.map((half) => inTurn(half, ({ group, visible }) => makeSessions(admin, group, visible))));
  const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: 'streams', level: 'INSTANCE', permissionKeys: ['authz:check'] }, 'secret');
  return { spaceIds, sessions: sessions.flat(2), questions: spaces.map(({ question }) => question), apiKey: secret };
}

async function makeSpace(admin: Api, number: number): Promise<{ readonly spaceId: string; readonly question: string }> {
  const spaceId = await admin.make('createSpace', 'space', { name: `Stream ${number}` });
  const groupId = await admin.make('createGroup', 'group', { spaceId, key: 'all' });
  const userId = await admin.make('createUser', 'user', { email: `actor-${number}@example.com` });
  const memberId = await admin.make('createMember', 'member', { spaceId, displayName: 'Actor' });
  const userMemberId = await admin.make('createUserMember', 'userMember', { userId, memberId });
  const resourceId = await admin.make('createResource', 'resource', { spaceId, groupId, resourceType: 'invoice', displayName: 'One' });
  const input = { actor: { userId, memberId, userMemberId, spaceId }, resourceType: 'invoice', action: 'approve', resourceId };
  return { spaceId, question: JSON.stringify({ query: CHECK, variables: { input } }) };
}

async function makeSessions(admin: Api, group: number, spaceIds: readonly string[]): Promise<SubscriberOptions[]> {
  const person = await makePerson(admin, `reader-${group}`);
  for (const spaceId of spaceIds) await admin.make('createAdminGrant', 'adminGrant', { userId: person.userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'audit:read' });
  return inTurn(Array.from({ length: SESSIONS_PER_GROUP }), async () => {
    const { headers } = await signIn(admin.url, person);
    return { token: headers['authorization']?.slice('Bearer '.length) ?? '', spaceIds };
  });
}

async function inTurn<Item, Result>(items: readonly Item[], make: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await make(item));
  return results;
}
