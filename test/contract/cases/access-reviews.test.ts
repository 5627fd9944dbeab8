import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { Client } from 'pg';
import { spacePurgeRef } from '../../../src/system/identity/services/purge/space-purge.js';
import { systemContext } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { createAccessWorld, createPerson, inDays, managesGroup, MANAGES_SPACE, SPACE, type Person } from '../support/access-world.js';
import { auditEvents } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { asOwner } from '../support/owner-sql.js';

const FROZEN = ['id', 'memberRoleId', 'memberId', 'roleId', 'roleKey', 'scopeAnchorGroupId', 'scopeAnchorPath', 'since', 'endsAt', 'condition', 'orphanReasons', 'lastUsedAt', 'usesAreRecorded', 'reviewerUserId', 'reviewerMemberId'] as const;
const ITEM = `${FROZEN.join(' ')} reviewId memberDisplayName roleName outcome comment decidedAt decidedByUserId result version`;
const REVIEW = 'id spaceId name groupId roleIds undecided dueAt createdByUserId population orphans itemsSha256 status closedAt closedByUserId revision result { jws sha256 }';

type Item = Readonly<Record<(typeof FROZEN)[number], unknown>> & { readonly id: string; readonly memberRoleId: string; readonly memberId: string; readonly roleKey: string; readonly outcome: string | null; readonly result: string | null; readonly memberDisplayName: string; readonly version: number };
type Review = { readonly id: string; readonly population: number; readonly orphans: number; readonly itemsSha256: string; readonly revision: string; readonly status: string; readonly result: { readonly jws: string; readonly sha256: string } | null } & Readonly<Record<string, unknown>>;
type Answer = { readonly accessReview: Review | null; readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[] };

let server: TestServer;
let admin: GraphqlCaller;
let backend: GraphqlCaller;
/** Begins and closes reviews. */
let owner: Person;
/** Reviews, and holds a Role itself. */
let lead: Person;
let carol: Person;
let reader: Person;
let legalAdmin: Person;
let financeAdmin: Person;
let stranger: Person;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_SPACE_DELETION_WAIT_S: '0' } });
  ({ admin } = server);
  await createAccessWorld(admin);
  backend = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] });
  owner = await createPerson(server, 'owner', [MANAGES_SPACE]);
  lead = await createPerson(server, 'lead');
  carol = await createPerson(server, 'carol');
  reader = await createPerson(server, 'reading', [{ level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey: 'roles:read' }]);
  legalAdmin = await createPerson(server, 'legal_admin', [managesGroup('group_legal')]);
  financeAdmin = await createPerson(server, 'finance_admin', [managesGroup('group_finance')]);
  stranger = await createPerson(server, 'stranger', [{ level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: '*' }], ['member_stranger'], 'space_other');
  await assign('mr_lead', 'member_lead', 'role_reader', 'group_finance');
  await assign('mr_carol', 'member_carol', 'role_reader', 'group_legal_emea', { expiresAt: inDays(30) });
  await assign('mr_wide', 'member_carol', 'role_deleter', null);
  await assign('mr_owner', 'member_owner', 'role_deleter', null);
  await assign('mr_nobody', 'member_invoice_creator', 'role_reader', 'group_finance_apac');
  await admin.mutate('createMember', { id: 'member_resting', spaceId: SPACE, displayName: 'Resting' }, 'member { id }');
  await assign('mr_resting', 'member_resting', 'role_resting', null);
  await admin.mutate('disableMember', { id: 'member_resting' }, 'member { id }');
  // Not in force: one that was revoked, one that has ended, one that has not started.
  await assign('mr_revoked', 'member_carol', 'role_reader', 'group_finance');
  await admin.mutate('revokeMemberRole', { id: 'mr_revoked' }, 'memberRole { id }');
  await assign('mr_ended', 'member_carol', 'role_reader', 'group_finance_emea', { expiresAt: inDays(1) });
  await asOwner(server.database, (client) => client.query("UPDATE sys_authz.member_roles SET expires_at = now() - interval '1 second' WHERE id = 'mr_ended'"));
  await assign('mr_later', 'member_carol', 'role_reader', 'group_legal', { startsAt: inDays(1) });
}, 60_000);
afterAll(() => server.stop());

const IN_FORCE = ['mr_carol', 'mr_finance_reviewer_approver_finance', 'mr_lead', 'mr_nobody', 'mr_owner', 'mr_resting', 'mr_wide'];

const assign = (id: string, memberId: string, roleId: string, scopeAnchorGroupId: string | null, more: object = {}): Promise<unknown> =>
  admin.mutate('createMemberRole', { id, memberId, roleId, scopeAnchorGroupId, ...more }, 'memberRole { id }');
const begin = (input: object = {}, caller = owner.caller): Promise<Answer> =>
  caller.tryMutate('createAccessReview', { spaceId: SPACE, name: 'Quarter', dueAt: inDays(7), undecided: 'KEEP', ...input }, `accessReview { ${REVIEW} }`) as Promise<Answer>;
const begun = async (input: object = {}, caller = owner.caller): Promise<Review> => {
  const { accessReview, errors } = await begin(input, caller);
  if (accessReview === null) throw new Error(`not begun: ${JSON.stringify(errors)}`);
  return accessReview;
};
const close = (id: string, caller = owner.caller, more: object = {}): Promise<Answer> => caller.tryMutate('closeAccessReview', { id, ...more }, `accessReview { ${REVIEW} }`) as Promise<Answer>;
const decide = (caller: GraphqlCaller, id: string, outcome: string, more: object = {}): Promise<{ accessReviewItem: Item | null; errors: readonly { code: string; path: string[] }[] }> =>
  caller.tryMutate('decideAccessReviewItem', { id, outcome, ...more }, `accessReviewItem { ${ITEM} }`) as never;
const decideMany = (caller: GraphqlCaller, ids: readonly string[], outcome: string, more: object = {}): Promise<{ decidedCount: number | null; errors: readonly { code: string; path: string[] }[] }> =>
  caller.tryMutate('decideAccessReviewItems', { ids, outcome, ...more }, 'decidedCount') as never;
const codesOf = async (caller: GraphqlCaller, field: string, input: object): Promise<string[]> => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const { errors = [] } = await caller.send(`mutation ($input: ${type}!) { ${field}(input: $input) { errors { code } } }`, { input });
  return errors.map(({ extensions }) => extensions.code);
};
const reviewOf = async (id: string, caller = owner.caller): Promise<Review | null> =>
  (await caller.data<{ accessReview: Review | null }>(`query ($id: ID!) { accessReview(id: $id) { ${REVIEW} } }`, { id })).accessReview;
const mistake = (code: string, ...path: string[]): object => expect.objectContaining({ errors: [{ code, message: expect.any(String) as unknown, path: ['input', ...path] }] }) as object;

type Page = { edges: { node: Item }[]; pageInfo: { hasNextPage: boolean; endCursor: string }; totalCount: number };
/** All items that the caller sees, in the order of their ids. */
async function itemsOf(reviewId: string, caller = owner.caller, filter = ''): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const { page }: { page: Page } = await caller.data<{ page: Page }>(
      `query ($id: ID!, $after: String) { page: accessReviewItems(reviewId: $id, first: 200, after: $after ${filter}) { edges { node { ${ITEM} } } pageInfo { hasNextPage endCursor } totalCount } }`, { id: reviewId, after });
    items.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return items;
}
const itemOf = async (reviewId: string, memberRoleId: string): Promise<Item> => (await itemsOf(reviewId)).find((item) => item.memberRoleId === memberRoleId) as Item;
const assignments = (items: readonly Item[]): string[] => items.map(({ memberRoleId }) => memberRoleId).sort();

/** What anybody computes who has read the items: no code of the server. */
function hashOf(items: readonly Item[]): string {
  const shown = items.map((item) => Object.fromEntries([...FROZEN].sort().map((field) => [field, item[field]])));
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}

/** Verifies a signed review as an auditor does who has the key set and nothing else. */
async function verified(jws: string): Promise<Record<string, any>> {
  const keys = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ['EdDSA'] });
  expect(protectedHeader['typ']).toBe('access-review+json');
  expect(keys.keys.find(({ kid }) => kid === protectedHeader.kid)).toMatchObject({ purpose: 'review_signing' });
  return JSON.parse(new TextDecoder().decode(payload)) as Record<string, any>;
}

/** Once more the world of before: what reviews revoked is assigned again. */
async function restoreWorld(): Promise<void> {
  await asOwner(server.database, (client) => client.query("UPDATE sys_authz.member_roles SET status = 'active', revoked_at = NULL, revoked_reason = NULL, version = version + 1 WHERE id = ANY ($1) AND status = 'revoked'", [IN_FORCE]));
}

describe('a review', () => {
  test('freezes every assignment that is in force, and no other, at one revision', async () => {
    const review = await begun({ name: 'All of it' });
    const items = await itemsOf(review.id);
    expect(assignments(items)).toEqual(IN_FORCE);
    expect(review).toMatchObject({ name: 'All of it', status: 'OPEN', population: IN_FORCE.length, orphans: 2, undecided: 'KEEP', groupId: null, roleIds: [], createdByUserId: owner.userId, result: null });
    const { check: decision } = await backend.data<{ check: { revision: string } }>('query ($input: CheckInput!) { check(input: $input) { revision } }', { input: approve({ userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer', spaceId: SPACE }, 'invoice_001') });
    expect(review.revision).toBe(decision.revision);
    expect(review.itemsSha256).toBe(hashOf(items));
  });

  test('shows of each assignment what it was, and whether anybody can do anything by it', async () => {
    const { id } = await begun();
    expect(await itemOf(id, 'mr_carol')).toMatchObject({
      memberId: 'member_carol', memberDisplayName: 'carol 0', roleId: 'role_reader', roleKey: 'reader', scopeAnchorGroupId: 'group_legal_emea', scopeAnchorPath: 'legal.emea',
      endsAt: expect.any(String) as unknown, condition: null, orphanReasons: [], outcome: null, result: null,
    });
    expect(await itemOf(id, 'mr_nobody')).toMatchObject({ orphanReasons: ['NO_USABLE_BINDING'] });
    expect(await itemOf(id, 'mr_resting')).toMatchObject({ orphanReasons: ['MEMBER_DISABLED', 'NO_USABLE_BINDING', 'ROLE_DISABLED'] });
    expect(assignments(await itemsOf(id, owner.caller, 'isOrphan: true'))).toEqual(['mr_nobody', 'mr_resting']);
  });

  test('counts the time in force anew when an assignment was revoked or had ended', async () => {
    await assign('mr_again', 'member_lead', 'role_deleter', null);
    await admin.mutate('revokeMemberRole', { id: 'mr_again' }, 'memberRole { id }');
    const between = Date.now();
    await assign('mr_again', 'member_lead', 'role_deleter', null);
    const { id } = await begun({ roleIds: ['role_deleter'] });
    const item = await itemOf(id, 'mr_again');
    expect(Date.parse(String(item.since))).toBeGreaterThanOrEqual(between);
    await admin.mutate('revokeMemberRole', { id: 'mr_again' }, 'memberRole { id }');
  });

  test('takes some Roles, or what is anchored in one Group', async () => {
    const ofRole = await begun({ roleIds: ['role_deleter'] });
    expect(assignments(await itemsOf(ofRole.id))).toEqual(['mr_owner', 'mr_wide']);
    const ofGroup = await begun({ groupId: 'group_finance' });
    expect(assignments(await itemsOf(ofGroup.id))).toEqual(['mr_finance_reviewer_approver_finance', 'mr_lead', 'mr_nobody']);
    const ofBoth = await begun({ groupId: 'group_finance', roleIds: ['role_deleter'] });
    expect([ofBoth.population, await itemsOf(ofBoth.id)]).toEqual([0, []]);
  });

  test('shows the same items whatever becomes of what they are about', async () => {
    const review = await begun();
    const before = await itemsOf(review.id);
    await admin.mutate('revokeMemberRole', { id: 'mr_wide' }, 'memberRole { id }');
    await admin.mutate('updateMemberRole', { id: 'mr_carol', expiresAt: inDays(60) }, 'memberRole { id }');
    await admin.mutate('disableMember', { id: 'member_carol' }, 'member { id }');
    await admin.mutate('updateRole', { id: 'role_reader', name: 'Another name' }, 'role { id }');
    await admin.mutate('disableRole', { id: 'role_reader' }, 'role { id }');
    await admin.mutate('updateGroup', { id: 'group_legal', key: 'law' }, 'group { id }');
    const after = await itemsOf(review.id);
    const frozen = (items: readonly Item[]): unknown[] => items.map((item) => FROZEN.map((field) => item[field]));
    expect(frozen(after)).toEqual(frozen(before));
    expect(hashOf(after)).toBe(review.itemsSha256);
    await admin.mutate('updateGroup', { id: 'group_legal', key: 'legal' }, 'group { id }');
    await admin.mutate('restoreRole', { id: 'role_reader' }, 'role { id }');
    await admin.mutate('restoreMember', { id: 'member_carol' }, 'member { id }');
    await restoreWorld();
  });

  test('cannot be changed behind the back of the server that made it', async () => {
    const { id } = await begun();
    const app = new Client({ connectionString: server.database.appUrl });
    await app.connect();
    try {
      for (const change of ["member_id = 'member_lead'", "role_key = 'x'", "orphan_reasons = '[]'", 'last_used_at = now()', 'reviewer_user_id = NULL', "assignment_state = 'x'"]) {
        await expect(app.query(`UPDATE sys_authz.access_review_items SET ${change} WHERE review_id = $1`, [id])).rejects.toMatchObject({ code: '42501' });
      }
      await expect(app.query('DELETE FROM sys_authz.access_review_items')).rejects.toMatchObject({ code: '42501' });
      await expect(app.query("UPDATE sys_authz.access_reviews SET items_sha256 = repeat('0', 64)")).rejects.toMatchObject({ code: '42501' });
    } finally {
      await app.end();
    }
    // What the owner of the database changes is found when the review is closed: nothing is signed then.
    await asOwner(server.database, (client) => client.query("UPDATE sys_authz.access_review_items SET member_id = 'member_lead' WHERE review_id = $1", [id]));
    expect(await codesOf(owner.caller, 'closeAccessReview', { id })).toEqual(['INTERNAL_ERROR']);
    expect(await reviewOf(id)).toMatchObject({ status: 'OPEN', result: null });
  });

  test.each<[string, object, string, string[]]>([
    ['an absent Space', { spaceId: 'space_nowhere' }, 'SPACE_NOT_FOUND', ['spaceId']],
    ['another Space', { spaceId: 'space_other' }, 'SPACE_NOT_FOUND', ['spaceId']],
    ['a Group of another Space', { groupId: 'group_other' }, 'GROUP_NOT_FOUND', ['groupId']],
    ['a Role of another Space', { roleIds: ['role_reader', 'role_foreign'] }, 'ROLE_NOT_FOUND', ['roleIds', '1']],
    ['no name', { name: '' }, 'VALIDATION_FAILED', ['name']],
    ['a due date that has passed', { dueAt: inDays(-1) }, 'VALIDATION_FAILED', ['dueAt']],
    ['a due date beyond a year', { dueAt: inDays(367) }, 'VALIDATION_FAILED', ['dueAt']],
    ['a reviewer who is nobody', { reviewers: [{}] }, 'VALIDATION_FAILED', ['reviewers', '0']],
    ['a reviewer who is two', { reviewers: [{ userId: 'user_lead', memberId: 'member_lead' }] }, 'VALIDATION_FAILED', ['reviewers', '0']],
    ['a User who is not of the Space', { reviewers: [{ userId: 'user_stranger' }] }, 'USER_NOT_FOUND', ['reviewers', '0', 'userId']],
    ['a Member of another Space', { reviewers: [{ memberId: 'member_stranger' }] }, 'MEMBER_NOT_FOUND', ['reviewers', '0', 'memberId']],
    ['a disabled Member', { reviewers: [{ memberId: 'member_resting' }] }, 'MEMBER_NOT_FOUND', ['reviewers', '0', 'memberId']],
    ['a foreign Group of a reviewer', { reviewers: [{ userId: 'user_lead', groupId: 'group_other' }] }, 'GROUP_NOT_FOUND', ['reviewers', '0', 'groupId']],
    ['two reviewers of one Group', { reviewers: [{ userId: 'user_lead' }, { userId: 'user_carol' }] }, 'VALIDATION_FAILED', ['reviewers', '1']],
    ['a last reviewer with a Group', { fallbackReviewer: { userId: 'user_lead', groupId: 'group_finance' } }, 'VALIDATION_FAILED', ['fallbackReviewer', 'groupId']],
    ['too many Roles', { roleIds: Array.from({ length: 201 }, () => 'role_reader') }, 'VALIDATION_FAILED', ['roleIds']],
  ])('is refused with %s', async (_title, input, code, path) => {
    expect(await begin(input)).toEqual(mistake(code, ...path));
  });

  test('is begun where one may give Roles, and nowhere else', async () => {
    expect(await codesOf(reader.caller, 'createAccessReview', { spaceId: SPACE, name: 'x', dueAt: inDays(1), undecided: 'KEEP' })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await begin({}, stranger.caller)).toEqual(mistake('SPACE_NOT_FOUND', 'spaceId'));
    expect(await codesOf(financeAdmin.caller, 'createAccessReview', { spaceId: SPACE, name: 'x', dueAt: inDays(1), undecided: 'KEEP' })).toEqual(['ADMIN_PERMISSION_REQUIRED']);
    expect(await begin({ groupId: 'group_legal' }, financeAdmin.caller)).toEqual(mistake('GROUP_NOT_FOUND', 'groupId'));
    const review = await begun({ groupId: 'group_finance' }, financeAdmin.caller);
    expect(await reviewOf(review.id, financeAdmin.caller)).toMatchObject({ id: review.id });
    expect([await reviewOf(review.id, legalAdmin.caller), await reviewOf(review.id, stranger.caller)]).toEqual([null, null]);
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['roles:*'] });
    expect(await begin({}, key)).toEqual(mistake('VALIDATION_FAILED', 'fallbackReviewer'));
    expect(await begun({ fallbackReviewer: { userId: lead.userId } }, key)).toMatchObject({ createdByUserId: null, population: IN_FORCE.length });
  });
});

describe('reviewers', () => {
  const reviewerOf = (item: Item): unknown => item.reviewerUserId ?? item.reviewerMemberId;

  test('get what is nearest to them; nobody reviews own access, and what is left goes to who began it', async () => {
    const review = await begun({ reviewers: [{ userId: lead.userId, groupId: 'group_finance' }, { memberId: 'member_carol' }, { userId: reader.userId, groupId: 'group_finance_apac' }] });
    const items = await itemsOf(review.id);
    expect(Object.fromEntries(items.map((item) => [item.memberRoleId, reviewerOf(item)]))).toEqual({
      mr_finance_reviewer_approver_finance: lead.userId,
      mr_nobody: reader.userId,
      // Its own: to who began the review.
      mr_lead: owner.userId,
      mr_carol: owner.userId,
      mr_wide: owner.userId,
      mr_owner: 'member_carol',
      mr_resting: 'member_carol',
    });
    const alone = await begun({ roleIds: ['role_deleter'], reviewers: [{ userId: owner.userId }] });
    expect(reviewerOf(await itemOf(alone.id, 'mr_owner'))).toBeNull();
    const other = await begun({ roleIds: ['role_deleter'], reviewers: [{ userId: owner.userId }], fallbackReviewer: { memberId: 'member_lead' } });
    expect(reviewerOf(await itemOf(other.id, 'mr_owner'))).toBe('member_lead');
  });

  test('a Member whose person holds the Role as another Member does not review it either', async () => {
    const double = await createPerson(server, 'double', [], ['member_double', 'member_double_too']);
    await assign('mr_double', 'member_double', 'role_deleter', null);
    const { id } = await begun({ roleIds: ['role_deleter'], reviewers: [{ memberId: 'member_double_too' }] });
    expect(reviewerOf(await itemOf(id, 'mr_double'))).toBe(owner.userId);
    expect(reviewerOf(await itemOf(id, 'mr_wide'))).toBe('member_double_too');
    await admin.mutate('revokeMemberRole', { id: 'mr_double' }, 'memberRole { id }');
    // While it is open the rule holds for whoever decides, whatever the item says.
    expect(await codesOf(double.caller, 'decideAccessReviewItem', { id: (await itemOf(id, 'mr_double')).id, outcome: 'KEEP' })).toEqual([]);
    expect(await decide(double.caller, (await itemOf(id, 'mr_double')).id, 'KEEP')).toEqual(mistake('ACCESS_REVIEW_ITEM_NOT_FOUND', 'id'));
  });

  test('see their items, of the review its head, and nothing more', async () => {
    const { id } = await begun({ reviewers: [{ userId: lead.userId, groupId: 'group_finance' }] });
    const mine = 'query ($id: ID!) { myReviewItems(reviewId: $id, reviewStatus: OPEN) { edges { node { memberRoleId } } totalCount } }';
    expect(await lead.caller.data(mine, { id })).toEqual({ myReviewItems: { edges: expect.arrayContaining([{ node: { memberRoleId: 'mr_nobody' } }, { node: { memberRoleId: 'mr_finance_reviewer_approver_finance' } }]) as unknown, totalCount: 2 } });
    expect(assignments(await itemsOf(id, lead.caller))).toEqual(['mr_finance_reviewer_approver_finance', 'mr_nobody']);
    expect(await reviewOf(id, lead.caller)).toMatchObject({ id, population: IN_FORCE.length, result: null });
    for (const caller of [carol.caller, stranger.caller, backend]) {
      expect(await caller.data(mine, { id })).toEqual({ myReviewItems: { edges: [], totalCount: 0 } });
      expect([await itemsOf(id, caller), await reviewOf(id, caller)]).toEqual([[], null]);
    }
    expect(assignments(await itemsOf(id, legalAdmin.caller))).toEqual(['mr_carol']);
    expect(await reviewOf(id, legalAdmin.caller)).toBeNull();
    const item = await itemOf(id, 'mr_nobody');
    const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    expect(await lead.caller.data(node, { id: item.id })).toEqual({ node: { __typename: 'AccessReviewItem', id: item.id } });
    expect(await carol.caller.data(node, { id: item.id })).toEqual({ node: null });
    expect((await lead.caller.send('{ accessReviews { totalCount } }')).errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
  });

  test('lose their items with their place in the Space', async () => {
    const leaver = await createPerson(server, 'leaver');
    const { id } = await begun({ reviewers: [{ userId: leaver.userId }] });
    const item = await itemOf(id, 'mr_wide');
    expect(await decide(leaver.caller, item.id, 'KEEP')).toMatchObject({ accessReviewItem: { outcome: 'KEEP' } });
    await asOwner(server.database, (client) => client.query("UPDATE sys_identity.user_members SET status = 'revoked', revoked_at = now() WHERE user_id = 'user_leaver'"));
    expect(await itemsOf(id, leaver.caller)).toEqual([]);
    expect(await decide(leaver.caller, item.id, 'REVOKE')).toEqual(mistake('ACCESS_REVIEW_ITEM_NOT_FOUND', 'id'));
  });
});

describe('decisions', () => {
  test('are made by the reviewer or who may give the Role there, changed until the end, and each is an event', async () => {
    const { id } = await begun({ reviewers: [{ userId: lead.userId }] });
    const item = await itemOf(id, 'mr_nobody');
    expect(await decide(lead.caller, item.id, 'KEEP', { comment: 'My words' })).toMatchObject({ accessReviewItem: { outcome: 'KEEP', comment: 'My words', decidedByUserId: lead.userId, result: null }, errors: [] });
    expect(await decide(financeAdmin.caller, item.id, 'REVOKE')).toMatchObject({ accessReviewItem: { outcome: 'REVOKE', comment: null, decidedByUserId: financeAdmin.userId } });
    const before = await itemOf(id, 'mr_nobody');
    expect(await decide(financeAdmin.caller, item.id, 'REVOKE')).toMatchObject({ accessReviewItem: { version: before.version } });
    expect(await decide(lead.caller, item.id, 'KEEP', { expectedVersion: 1 })).toEqual(mistake('CONFLICT', 'expectedVersion'));
    const events = await auditEvents(admin, { targetId: item.id });
    expect(events.map(({ type, actor, details }) => [type, actor.userId, details?.['memberRoleId']])).toEqual([
      ['access_review.item_decided', lead.userId, 'mr_nobody'], ['access_review.item_decided', financeAdmin.userId, 'mr_nobody'],
    ]);
    expect(JSON.stringify(events)).not.toContain('My words');
    expect(await decide(lead.caller, item.id, 'KEEP', { comment: '' })).toEqual(mistake('VALIDATION_FAILED', 'comment'));
  });

  test('are not for those who only look, nor for those beside it or of other Spaces, nor for API keys', async () => {
    const { id } = await begun({ reviewers: [{ userId: lead.userId }] });
    const item = await itemOf(id, 'mr_nobody');
    expect(await codesOf(reader.caller, 'decideAccessReviewItem', { id: item.id, outcome: 'KEEP' })).toEqual(['ADMIN_PERMISSION_REQUIRED']);
    for (const { caller } of [legalAdmin, stranger, carol]) expect(await decide(caller, item.id, 'KEEP')).toEqual(mistake('ACCESS_REVIEW_ITEM_NOT_FOUND', 'id'));
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, memberId: 'member_lead', permissionKeys: ['*'] });
    expect(await codesOf(key, 'decideAccessReviewItem', { id: item.id, outcome: 'KEEP' })).toEqual(['ACTIVE_MEMBER_REQUIRED']);
    expect(await codesOf(server.anonymous, 'decideAccessReviewItem', { id: item.id, outcome: 'KEEP' })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await itemOf(id, 'mr_nobody')).toMatchObject({ outcome: null });
  });

  test('are never about own access, whatever right one holds', async () => {
    const { id } = await begun();
    const own = await itemOf(id, 'mr_owner');
    expect(await codesOf(owner.caller, 'decideAccessReviewItem', { id: own.id, outcome: 'KEEP' })).toEqual(['FOUR_EYES_REQUIRED']);
    const others = (await itemsOf(id)).map((item) => item.id);
    expect(await codesOf(owner.caller, 'decideAccessReviewItems', { ids: others, outcome: 'KEEP' })).toEqual(['FOUR_EYES_REQUIRED']);
    expect((await itemsOf(id)).filter(({ outcome }) => outcome !== null)).toEqual([]);
    // A person who acts as the Member by another User's side of it is no other person.
    await admin.mutate('createUserMember', { id: 'um_admin_carol', userId: server.adminUserId, memberId: 'member_carol' }, 'userMember { id }');
    expect(await codesOf(admin, 'decideAccessReviewItem', { id: (await itemOf(id, 'mr_wide')).id, outcome: 'KEEP' })).toEqual(['FOUR_EYES_REQUIRED']);
    await admin.mutate('revokeUserMember', { id: 'um_admin_carol' }, 'userMember { id }');
    expect(await decide(admin, own.id, 'KEEP')).toMatchObject({ accessReviewItem: { outcome: 'KEEP' } });
  });

  test('about many items are made together or not at all', async () => {
    const [{ id }, { id: second }] = [await begun(), await begun()];
    const items = (await itemsOf(id)).filter(({ memberRoleId }) => memberRoleId !== 'mr_owner');
    const ids = items.map((item) => item.id);
    expect(await decideMany(owner.caller, [...ids, 'arvi_nowhere'], 'REVOKE')).toEqual(mistake('ACCESS_REVIEW_ITEM_NOT_FOUND', 'ids', String(ids.length)));
    expect(await decideMany(owner.caller, [], 'REVOKE')).toEqual(mistake('VALIDATION_FAILED', 'ids'));
    expect(await decideMany(owner.caller, Array.from({ length: 501 }, (_, n) => `arvi_${n}`), 'REVOKE')).toEqual(mistake('VALIDATION_FAILED', 'ids'));
    expect((await itemsOf(id)).filter(({ outcome }) => outcome !== null)).toEqual([]);
    const across = [...ids, ...ids, (await itemOf(second, 'mr_wide')).id];
    expect(await decideMany(owner.caller, across, 'REVOKE', { comment: 'Together' })).toMatchObject({ decidedCount: ids.length + 1, errors: [] });
    expect((await itemsOf(id)).filter(({ outcome }) => outcome === 'REVOKE').length).toBe(ids.length);
    expect((await auditEvents(admin, { types: ['access_review.item_decided'], targetId: ids[0] })).length).toBe(1);
  });

  test('end with the due date, and with the closing', async () => {
    const { id } = await begun();
    const item = await itemOf(id, 'mr_wide');
    await asOwner(server.database, (client) => client.query("UPDATE sys_authz.access_reviews SET due_at = now() - interval '1 second' WHERE id = $1", [id]));
    expect(await decide(owner.caller, item.id, 'KEEP')).toEqual(mistake('ACCESS_REVIEW_CLOSED', 'id'));
    expect(await close(id)).toMatchObject({ accessReview: { status: 'CLOSED' } });
    expect(await decide(owner.caller, item.id, 'KEEP')).toEqual(mistake('ACCESS_REVIEW_CLOSED', 'id'));
    const other = await begun();
    await close(other.id);
    expect(await decide(owner.caller, (await itemOf(other.id, 'mr_wide')).id, 'KEEP')).toEqual(mistake('ACCESS_REVIEW_CLOSED', 'id'));
  });
});

describe('closing', () => {
  afterEach(restoreWorld);

  test('revokes what is to be revoked, leaves alone what changed, and signs what came of it', async () => {
    const review = await begun({ name: 'Signed', reviewers: [{ userId: lead.userId }] });
    const item = async (memberRoleId: string): Promise<string> => (await itemOf(review.id, memberRoleId)).id;
    await decideMany(lead.caller, [await item('mr_nobody'), await item('mr_wide'), await item('mr_finance_reviewer_approver_finance')], 'REVOKE');
    await decide(lead.caller, await item('mr_carol'), 'KEEP');
    // Changed after the freeze: revoked and assigned again is not the assignment that was reviewed.
    await admin.mutate('revokeMemberRole', { id: 'mr_wide' }, 'memberRole { id }');
    await assign('mr_wide', 'member_carol', 'role_deleter', null);
    await admin.mutate('updateMemberRole', { id: 'mr_lead', expiresAt: inDays(3) }, 'memberRole { id }');
    const alice = { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer', spaceId: SPACE };
    expect(await check(backend, approve(alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });

    const { accessReview } = await close(review.id, owner.caller.with({ 'x-request-id': 'closing-1' }));
    expect(accessReview).toMatchObject({ status: 'CLOSED', closedByUserId: owner.userId, result: { jws: expect.any(String) as unknown } });
    expect(await check(backend, approve(alice, 'invoice_001'))).toMatchObject({ decision: 'DENY' });
    const results = Object.fromEntries((await itemsOf(review.id)).map(({ memberRoleId, result }) => [memberRoleId, result]));
    expect(results).toEqual({
      mr_carol: 'KEPT', mr_finance_reviewer_approver_finance: 'REVOKED', mr_lead: 'CHANGED', mr_nobody: 'REVOKED', mr_owner: 'KEPT', mr_resting: 'KEPT', mr_wide: 'CHANGED',
    });
    const held = await admin.data<{ a: object; b: object }>('{ a: memberRole(id: "mr_nobody") { status revokedReason } b: memberRole(id: "mr_wide") { status } }');
    expect(held).toEqual({ a: { status: 'REVOKED', revokedReason: `Access review ${review.id}` }, b: { status: 'ACTIVE' } });

    const signed = await verified(accessReview?.result?.jws ?? '');
    expect(signed).toMatchObject({
      review: { id: review.id, name: 'Signed', spaceId: SPACE, undecided: 'KEEP', createdByUserId: owner.userId, closedBy: { kind: 'session', id: owner.userId } },
      population: { revision: review.revision, count: IN_FORCE.length, itemsSha256: review.itemsSha256, complete: true, statement: expect.stringContaining('Every assignment') as unknown },
      counts: { kept: 3, revoked: 2, changed: 2, orphans: 2 },
      orphans: [await item('mr_nobody'), await item('mr_resting')].sort(),
    });
    expect(signed['outcomes'].find((outcome: { memberRoleId: string }) => outcome.memberRoleId === 'mr_nobody')).toEqual({
      id: await item('mr_nobody'), memberRoleId: 'mr_nobody', outcome: 'REVOKE', decidedBy: 'REVIEWER', decidedByUserId: lead.userId, decidedAt: expect.any(String) as unknown, result: 'REVOKED',
    });
    expect(signed['outcomes'].find((outcome: { memberRoleId: string }) => outcome.memberRoleId === 'mr_owner')).toMatchObject({ outcome: 'KEEP', decidedBy: 'POLICY', decidedByUserId: null, result: 'KEPT' });
    expect(signed['outcomes'].length).toBe(IN_FORCE.length);
    expect(hashOf(await itemsOf(review.id))).toBe(signed['population'].itemsSha256);

    const payload = Buffer.from(String(accessReview?.result?.jws.split('.')[1]), 'base64url');
    expect(accessReview?.result?.sha256).toBe(createHash('sha256').update(payload).digest('hex'));
    const events = await auditEvents(admin, { requestId: 'closing-1' });
    expect(events.map(({ type }) => type).sort()).toEqual(['access_review.closed', 'member_role.revoked', 'member_role.revoked']);
    expect(events.find(({ type }) => type === 'access_review.closed')?.details).toMatchObject({ kept: 3, revoked: 2, changed: 2, resultSha256: accessReview?.result?.sha256 });
    await asOwner(server.database, (client) => client.query("UPDATE sys_authz.member_roles SET expires_at = NULL WHERE id = 'mr_lead'"));
  });

  test('does with what nobody decided what the review says', async () => {
    const { id } = await begun({ roleIds: ['role_deleter'], undecided: 'REVOKE' });
    await decide(owner.caller, (await itemOf(id, 'mr_wide')).id, 'KEEP');
    await close(id);
    expect(Object.fromEntries((await itemsOf(id)).map(({ memberRoleId, result }) => [memberRoleId, result]))).toEqual({ mr_owner: 'REVOKED', mr_wide: 'KEPT' });
  });

  test('makes a result that no other text passes for, and that nobody can alter', async () => {
    const { id } = await begun({ roleIds: ['role_deleter'] });
    const jws = (await close(id)).accessReview?.result?.jws ?? '';
    const [header, payload = '', signature] = jws.split('.');
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString('utf8').replace('"KEPT"', '"REVOKED"')).toString('base64url');
    await expect(verified([header, forged, signature].join('.'))).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    const { status } = await server.anonymous.with({ authorization: `Bearer ${jws}` }).send('{ me { credentialKind } }');
    expect(status).toBe(401);
    expect(decodeProtectedHeader(jws)).toMatchObject({ alg: 'EdDSA', typ: 'access-review+json' });
    // The key that signed it is published for ever.
    await admin.mutate('rotateReviewKey', {}, 'kid');
    expect((await verified(jws))['review'].id).toBe(id);
    const next = await close((await begun({ roleIds: ['role_deleter'] })).id);
    expect(decodeProtectedHeader(next.accessReview?.result?.jws ?? '').kid).not.toBe(decodeProtectedHeader(jws).kid);
    expect((await verified(next.accessReview?.result?.jws ?? ''))['counts'].kept).toBe(2);
  });

  test('is for who may give Roles in its whole place, and its result for who may read it', async () => {
    const { id } = await begun({ reviewers: [{ userId: lead.userId }] });
    expect(await codesOf(lead.caller, 'closeAccessReview', { id })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    for (const { caller } of [legalAdmin, financeAdmin, stranger]) expect(await close(id, caller)).toEqual(mistake('ACCESS_REVIEW_NOT_FOUND', 'id'));
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['roles:*'] });
    expect(await close(id, key)).toMatchObject({ accessReview: { status: 'CLOSED', closedByUserId: null } });
    expect((await verified((await reviewOf(id, reader.caller))?.result?.jws ?? ''))['review'].closedBy).toEqual({ kind: 'api_key', id: key.apiKeyId });
    expect(await reviewOf(id, lead.caller)).toMatchObject({ status: 'CLOSED', result: null });
    const ofGroup = await begun({ groupId: 'group_finance', undecided: 'REVOKE' }, financeAdmin.caller);
    expect(await close(ofGroup.id, financeAdmin.caller)).toMatchObject({ accessReview: { status: 'CLOSED' } });
  });

  test('happens once, also at one moment, and again gives the same', async () => {
    const { id } = await begun({ undecided: 'REVOKE', roleIds: ['role_deleter'] });
    const answers = await Promise.all([close(id), close(id), close(id, admin)]);
    expect(answers.map(({ errors }) => errors)).toEqual([[], [], []]);
    expect(new Set(answers.map(({ accessReview }) => accessReview?.result?.sha256)).size).toBe(1);
    expect((await close(id)).accessReview?.result?.jws).toBe(answers[0]?.accessReview?.result?.jws);
    expect((await auditEvents(admin, { targetId: id, types: ['access_review.closed'] })).length).toBe(1);
    expect((await auditEvents(admin, { targetId: 'mr_wide', types: ['member_role.revoked'] })).at(-1)).toMatchObject({ details: { memberId: 'member_carol' } });
  });

  test('at the moment of a decision either holds it or comes before it', async () => {
    for (let round = 0; round < 6; round++) {
      const { id } = await begun({ roleIds: ['role_deleter'], undecided: 'KEEP' });
      const item = await itemOf(id, 'mr_wide');
      const first = round % 2 === 0 ? decide(owner.caller, item.id, 'REVOKE') : undefined;
      const closing = close(id);
      const decided = await (first ?? decide(owner.caller, item.id, 'REVOKE'));
      const signed = await verified((await closing).accessReview?.result?.jws ?? '');
      const outcome = signed['outcomes'].find((each: { id: string }) => each.id === item.id);
      expect([outcome.outcome, outcome.result]).toEqual(decided.errors.length === 0 ? ['REVOKE', 'REVOKED'] : ['KEEP', 'KEPT']);
      expect(await itemOf(id, 'mr_wide')).toMatchObject({ result: outcome.result, outcome: outcome.decidedBy === 'POLICY' ? null : 'REVOKE' });
      await restoreWorld();
    }
  });
});

describe('uses', () => {
  const UNUSED = 'query ($id: ID!, $since: DateTime!) { unusedGrants(spaceId: $id, since: $since, first: 100) { edges { node { memberRoleId lastUsedAt usesAreRecorded memberId roleId } } } }';
  type Unused = { unusedGrants: { edges: { node: { memberRoleId: string; lastUsedAt: string | null; usesAreRecorded: boolean } }[] } };
  const unused = async (since: string, caller = owner.caller): Promise<string[]> =>
    (await caller.data<Unused>(UNUSED, { id: SPACE, since })).unusedGrants.edges.map(({ node }) => node.memberRoleId);
  /** Until the sequencer has given the newest events their place. */
  const sequenced = async (auditEventId: string): Promise<void> => {
    for (let found = false; !found;) found = (await admin.data<{ auditEvent: { index: string } | null }>('query ($id: ID!) { auditEvent(id: $id) { index } }', { id: auditEventId })).auditEvent !== null;
  };

  test('are the allows of the decision log: an assignment that gave none since a moment is listed', async () => {
    await restoreWorld();
    const start = new Date().toISOString();
    expect(await unused(start)).toEqual(IN_FORCE);
    const bob = { userId: 'user_bob', memberId: 'member_finance_reviewer', userMemberId: 'um_bob_finance_reviewer', spaceId: SPACE };
    // Neither a denial that names the assignment nor an answer about the past is a use of it.
    const denied = await check(backend, approve(bob, 'invoice_002'));
    const past = await check(backend, approve(bob, 'invoice_001', { asOf: { time: start } }));
    expect([denied.decision, past.decision]).toEqual(['DENY', 'ALLOW']);
    for (const { auditEventId } of [denied, past]) {
      await sequenced(auditEventId ?? '');
      const { auditEvent } = await admin.data<{ auditEvent: { details: { matched: { memberRoleId: string } } } }>('query ($id: ID!) { auditEvent(id: $id) { details } }', { id: auditEventId });
      expect(auditEvent.details.matched.memberRoleId).toBe('mr_finance_reviewer_approver_finance');
    }
    expect(await unused(start)).toEqual(IN_FORCE);
    const allowed = await check(backend, approve(bob, 'invoice_001'));
    expect(allowed.decision).toBe('ALLOW');
    await sequenced(allowed.auditEventId ?? '');
    expect(await unused(start)).toEqual(IN_FORCE.filter((id) => id !== 'mr_finance_reviewer_approver_finance'));
    expect(await unused(inDays(1))).toEqual(IN_FORCE);
    const { id } = await begun();
    const item = await itemOf(id, 'mr_finance_reviewer_approver_finance');
    expect(Date.parse(String(item.lastUsedAt))).toBeGreaterThanOrEqual(Date.parse(start));
    expect(await itemOf(id, 'mr_wide')).toMatchObject({ lastUsedAt: null, usesAreRecorded: true });
    // A use after the freeze does not touch what was frozen.
    const again = await check(backend, approve(bob, 'invoice_001'));
    await sequenced(again.auditEventId ?? '');
    await unused(start);
    expect(await itemOf(id, 'mr_finance_reviewer_approver_finance')).toMatchObject({ lastUsedAt: item.lastUsedAt });
  });

  test('are not made by facts that came with a request', async () => {
    const start = new Date().toISOString();
    // The id by which the log knows the first grant of a request.
    await assign('mr_inline_0', 'member_carol', 'role_reader', null);
    const actor = { userId: 'user_carol', memberId: 'member_carol', userMemberId: 'um_x', spaceId: SPACE };
    const grants = [{ roleKey: 'reader', resourceType: 'invoice', action: 'read', scope: 'SPACE' }];
    const { decision, auditEventId } = await check(backend, { actor, action: 'read', resource: { type: 'invoice', id: 'invoice_001', spaceId: SPACE }, grants });
    expect(decision).toBe('ALLOW');
    await sequenced(auditEventId ?? '');
    const event = await admin.data<{ auditEvent: { details: { matched: { memberRoleId: string } } } }>('query ($id: ID!) { auditEvent(id: $id) { details } }', { id: auditEventId });
    expect(event.auditEvent.details.matched.memberRoleId).toBe('mr_inline_0');
    expect(await unused(start)).toContain('mr_inline_0');
    await admin.mutate('revokeMemberRole', { id: 'mr_inline_0' }, 'memberRole { id }');
  });

  test('are read from the bodies of decisions that do not say their assignment beside them', async () => {
    const uses = async (): Promise<Record<string, string | null>> => {
      const { unusedGrants } = await owner.caller.data<Unused>(UNUSED, { id: SPACE, since: inDays(1) });
      return Object.fromEntries(unusedGrants.edges.map(({ node }) => [node.memberRoleId, node.lastUsedAt]));
    };
    const before = await uses();
    expect(before).toMatchObject({ mr_wide: null, mr_finance_reviewer_approver_finance: expect.any(String) });
    await asOwner(server.database, async (client) => {
      await client.query('SET session_replication_role = replica');
      const { rowCount } = await client.query("UPDATE sys_audit.event SET assignment_id = NULL WHERE type = 'authorization.decision' AND decision = 'ALLOW' AND assignment_id IS NOT NULL");
      expect(rowCount).toBeGreaterThan(3);
      await client.query('SET session_replication_role = origin');
      await client.query('DELETE FROM sys_authz.assignment_use');
      await client.query('UPDATE sys_authz.assignment_use_position SET next_index = 0');
    });
    expect(await uses()).toEqual(before);
  });

  test('that leave no event are said to be unknown', async () => {
    await admin.mutate('updateResourceAction', { id: 'ra_invoice_read', auditDefault: false }, 'resourceAction { id }');
    const { unusedGrants } = await owner.caller.data<Unused>(UNUSED, { id: SPACE, since: inDays(1) });
    const known = Object.fromEntries(unusedGrants.edges.map(({ node }) => [node.memberRoleId, node.usesAreRecorded]));
    expect(known).toMatchObject({ mr_wide: true, mr_carol: false, mr_finance_reviewer_approver_finance: false });
    await admin.mutate('updateResourceAction', { id: 'ra_invoice_read', auditDefault: true }, 'resourceAction { id }');
  });

  test('are seen as far as Roles are read', async () => {
    expect(await unused(inDays(1), legalAdmin.caller)).toEqual(['mr_carol']);
    expect(await unused(inDays(1), stranger.caller)).toEqual([]);
    expect((await carol.caller.send(UNUSED, { id: SPACE, since: inDays(1) })).errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
  });
});

test('lists are paged and filtered, newest reviews first', async () => {
  const made = [await begun({ name: 'First' }), await begun({ name: 'Second' })].map(({ id }) => id);
  const page = 'query ($after: String) { accessReviews(first: 1, after: $after, status: OPEN, spaceId: "space_acme") { edges { node { id } } pageInfo { endCursor hasNextPage } } }';
  type Reviews = { accessReviews: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
  const first = (await owner.caller.data<Reviews>(page)).accessReviews;
  const second = (await owner.caller.data<Reviews>(page, { after: first.pageInfo.endCursor })).accessReviews;
  expect([first, second].map(({ edges }) => edges[0]?.node.id)).toEqual([made[1], made[0]]);
  expect((await legalAdmin.caller.data<Reviews>(page)).accessReviews.edges).toEqual([]);
  await decide(owner.caller, (await itemOf(made[1] ?? '', 'mr_wide')).id, 'REVOKE');
  expect(assignments(await itemsOf(made[1] ?? '', owner.caller, 'isDecided: true'))).toEqual(['mr_wide']);
  expect(assignments(await itemsOf(made[1] ?? '', owner.caller, 'outcome: REVOKE'))).toEqual(['mr_wide']);
  expect(assignments(await itemsOf(made[1] ?? '', owner.caller, 'isDecided: false, roleId: "role_deleter"'))).toEqual(['mr_owner']);
});

test('a Space of 5,000 assignments is reviewed in bounded time, and goes with all of it', async () => {
  const spaceId = 'space_large';
  const count = 5_000;
  await admin.mutate('createSpace', { id: spaceId, name: 'Large' }, 'space { id }');
  await admin.mutate('createGroup', { id: 'group_large', spaceId, key: 'large' }, 'group { id }');
  await admin.mutate('createRole', { id: 'role_large', spaceId, key: 'large', name: 'Large' }, 'role { id }');
  await admin.mutate('createRolePermission', { roleId: 'role_large', permissionId: 'perm_invoice_read_group_tree' }, 'rolePermission { id }');
  for (let start = 0; start < count; start += 2_500) {
    const lines = Array.from({ length: 2_500 }, (_, n) => [
      { kind: 'member', id: `member_large_${start + n}`, displayName: `Large ${start + n}` },
      { kind: 'member_role', id: `mr_large_${start + n}`, memberId: `member_large_${start + n}`, roleId: 'role_large', scopeAnchorGroupId: 'group_large' },
    ]).flat();
    await admin.mutate('importFacts', { spaceId, jsonl: lines.map((line) => JSON.stringify(line)).join('\n') }, 'created');
  }
  const timed = async <Result>(what: string, most: number, work: () => Promise<Result>): Promise<Result> => {
    const started = performance.now();
    const result = await work();
    const took = Math.round(performance.now() - started);
    process.stdout.write(`review of ${count}: ${what} in ${took} ms\n`);
    expect(took).toBeLessThan(most);
    return result;
  };
  const review = await timed('begun', 30_000, () => begun({ spaceId, undecided: 'REVOKE' }, admin));
  expect(review).toMatchObject({ population: count, orphans: count });
  const items = await timed('read', 30_000, () => itemsOf(review.id, admin));
  expect(hashOf(items)).toBe(review.itemsSha256);
  await timed('500 items decided', 15_000, () => decideMany(admin, items.slice(0, 500).map(({ id }) => id), 'KEEP'));
  const { accessReview } = await timed('closed', 30_000, () => close(review.id, admin));
  const signed = await verified(accessReview?.result?.jws ?? '');
  expect([signed['counts'], signed['outcomes'].length]).toEqual([{ kept: 500, revoked: 4_500, changed: 0, orphans: count }, count]);
  await admin.mutate('deleteSpace', { id: spaceId }, 'space { id }');
  const { container } = server.server.platform;
  expect(await container.get(spacePurgeRef).sweep(systemContext(container.process, Date.now()))).toEqual([spaceId]);
  expect(await reviewOf(review.id, admin)).toBeNull();
}, 120_000);
