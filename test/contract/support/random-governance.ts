import { Random } from '../../../src/system/authorization/fact-index/testing/random.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import type { TestServer } from '../../support/server.js';
import { asOwner } from './owner-sql.js';

/** Space of the random worlds; there is another one beside it. */
export const SPACE = 'space_random';
const OTHER = 'space_beside';

const MEMBERS = 6;
const ROLES = 6;
const RESOURCES = 14;
const GROUPS = ['a', 'a.b', 'a.b.c', 'a.d', 'e', 'e.f', 'g'];
const ACTIONS = ['approve', 'pay', 'read'];
const SCOPES = ['self', 'group', 'group_tree', 'space'];
const CONDITIONS = ['resource.metadata.amount < 50', 'request.context.level > 2', 'resource.ownerMemberId == actor.memberId', "request.context.region == 'north'"];
/** True or not by the clock of the question. */
const BY_CLOCK = 'request.time.getMilliseconds() < 500';

/** Who asks what, as `check` takes it. */
export interface RandomQuestion {
  readonly actor: { readonly userId: string; readonly memberId: string; readonly userMemberId: string; readonly spaceId: string };
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A mutation, and the field of `simulateChange` that proposes the same. */
export interface RandomChange {
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly proposed?: { readonly [kind: string]: object };
}

/** Ids of the random world. */
const ids = {
  member: (n: number) => `member_r${n}`, user: (n: number) => `user_r${n}`, binding: (n: number) => `um_r${n}`, role: (n: number) => `role_r${n}`,
  group: (n: number) => `group_${GROUPS[n]}`, resource: (n: number) => `paper_${n}`,
};

/** Rights that change at random by the mutations of the API, and questions about them. Everything is small, so that much of it meets. */
export class RandomGovernance {
  private made = 0;
  private readonly assignments: string[] = [];
  private readonly rolePermissions: string[] = [];
  private readonly inheritances: string[] = [];
  private readonly permissions: string[] = [];

  private constructor(readonly random: Random, private readonly conditions: readonly string[]) {}

  /** @param isTimed - answers may change by the clock alone, from one moment to the next */
  static async create(server: TestServer, seed: number, isTimed = true): Promise<RandomGovernance> {
    const world = new RandomGovernance(new Random(seed), isTimed ? [...CONDITIONS, BY_CLOCK] : CONDITIONS);
    await asOwner(server.database, (owner) => owner.query(world.begin()));
    return world;
  }

  /** A question, mostly about what is there and belongs together. */
  question(): RandomQuestion {
    const { random } = this;
    const member = random.below(MEMBERS);
    const binding = random.chance(0.93) ? member : random.below(MEMBERS);
    const foreign = random.chance(0.05);
    return {
      actor: { userId: ids.user(binding), memberId: ids.member(member), userMemberId: ids.binding(binding), spaceId: SPACE },
      resourceType: random.mostly(0.97, 'paper', 'memo'),
      resourceId: foreign ? `paper_foreign_${random.below(this.made + 1)}` : ids.resource(random.below(RESOURCES)),
      action: random.mostly(0.97, ACTIONS[random.below(ACTIONS.length)] as string, 'sign'),
      context: random.pick<Readonly<Record<string, unknown>>>([{}, { level: 1 }, { level: 5, region: 'north' }, { region: 'south' }]),
    };
  }

  /** All questions that make sense: every binding, action and Resource, with one context. */
  everyQuestion(context: Readonly<Record<string, unknown>>): RandomQuestion[] {
    const all = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
    return all(MEMBERS).flatMap((member) => ACTIONS.flatMap((action) => all(RESOURCES).map((resource) => ({
      actor: { userId: ids.user(member), memberId: ids.member(member), userMemberId: ids.binding(member), spaceId: SPACE },
      resourceType: 'paper', resourceId: ids.resource(resource), action, context,
    }))));
  }

  /** One more change; a mutation may refuse it, and then nothing changed. */
  change(now: number): RandomChange {
    const { random } = this;
    return random.chance(0.7) ? this.governable(now) : random.pick([() => this.changeFacts(), () => this.changeRegistry(), () => this.growElsewhere()])();
  }

  /** A change that can be simulated. */
  governable(now: number): RandomChange {
    const { random } = this;
    const kinds: (() => RandomChange)[] = [
      () => this.assign(now), () => this.assign(now), () => this.assign(now), () => same('revokeMemberRole', { id: this.one(this.assignments) }),
      () => same('updateMemberRole', { id: this.one(this.assignments), ...this.period(now), ...(random.chance(0.4) ? { condition: this.condition() } : {}) }),
      () => same('createRolePermission', { id: this.newId('rp', this.rolePermissions), roleId: this.role(), permissionId: this.one(this.permissions) }),
      () => same('revokeRolePermission', { id: this.one(this.rolePermissions) }),
      () => same('createRoleInheritance', { id: this.newId('ri', this.inheritances), roleId: this.role(), inheritedRoleId: this.role() }),
      () => same('revokeRoleInheritance', { id: this.one(this.inheritances) }),
      () => this.move(), () => status('Role', this.role(), random.chance(0.35)), () => this.turn('Group'), () => this.turn('Member'), () => status('Permission', this.one(this.permissions), random.chance(0.35)),
    ];
    return random.pick(kinds as [() => RandomChange, ...(() => RandomChange)[]])();
  }

  /** A Group is moved. */
  move(): RandomChange {
    return same('moveGroup', { id: this.group(), parentGroupId: this.random.chance(0.25) ? null : this.group() });
  }

  /** Something is disabled, or restored. */
  turn(type: 'Group' | 'Member' | 'User'): RandomChange {
    const isDisabled = this.random.chance(0.3);
    if (type === 'Group') return status(type, this.group(), isDisabled);
    const number = this.random.below(MEMBERS);
    return type === 'Member' ? status(type, ids.member(number), isDisabled) : { mutation: isDisabled ? 'disableUser' : 'restoreUser', input: { id: ids.user(number) } };
  }

  /** Makes a change over the API; gives the codes of what it refused. */
  async apply(caller: GraphqlCaller, { mutation, input }: RandomChange): Promise<readonly string[]> {
    return (await caller.tryMutate(mutation, input, '')).errors.map(({ code }) => code);
  }

  private assign(now: number): RandomChange {
    const { random } = this;
    const input = {
      memberId: ids.member(random.below(MEMBERS)), roleId: this.role(), ...(random.chance(0.75) ? { scopeAnchorGroupId: this.group() } : {}),
      ...this.period(now), ...(random.chance(0.2) ? { condition: this.condition() } : {}),
    };
    return same('createMemberRole', { id: this.newId('mr', this.assignments), ...input });
  }

  // Some end or begin within a moment: the clock alone changes what they give.
  private period(now: number): { startsAt?: string; expiresAt?: string } {
    const { random } = this;
    const soon = (): string => new Date(now + 150 + random.below(2_000)).toISOString();
    return random.pick([{}, {}, { expiresAt: soon() }, { startsAt: soon() }, { expiresAt: '2090-01-01T00:00:00Z' }]);
  }

  private changeFacts(): RandomChange {
    const { random } = this;
    const [id, member] = [ids.resource(random.below(RESOURCES)), random.below(MEMBERS)];
    return random.pick<RandomChange>([
      { mutation: 'updateResource', input: { id, groupId: random.chance(0.2) ? null : this.group() } },
      { mutation: 'updateResource', input: { id, ownerMemberId: ids.member(member) } },
      { mutation: 'updateResource', input: { id, metadata: random.pick([{}, { amount: 10 }, { amount: 90 }]) } },
      { mutation: random.chance(0.3) ? 'archiveResource' : 'restoreResource', input: { id } },
      this.turn('User'),
      this.turn('Member'),
      { mutation: 'updateGroup', input: { id: this.group(), key: `k${random.below(40)}` } },
    ]);
  }

  private changeRegistry(): RandomChange {
    const { random } = this;
    const action = `ra_${ACTIONS[random.below(ACTIONS.length)]}`;
    return random.pick<RandomChange>([
      { mutation: random.chance(0.3) ? 'disableResourceAction' : 'restoreResourceAction', input: { id: action } },
      { mutation: random.chance(0.25) ? 'disableResourceType' : 'restoreResourceType', input: { id: 'rt_paper' } },
      { mutation: random.chance(0.15) ? 'disableSpace' : 'restoreSpace', input: { id: SPACE } },
    ]);
  }

  private growElsewhere(): RandomChange {
    this.made += 1;
    return { mutation: 'createResource', input: { id: `paper_foreign_${this.made}`, spaceId: OTHER, resourceType: 'paper' } };
  }

  private condition(): string {
    return this.random.pick(this.conditions as [string, ...string[]]);
  }

  private role(): string {
    return ids.role(this.random.below(ROLES));
  }

  private group(): string {
    return ids.group(this.random.below(GROUPS.length));
  }

  private one(list: readonly string[]): string {
    return this.random.pick(list) as string;
  }

  // An id of a row that may come to be; what is refused leaves an id that is not there.
  private newId(prefix: string, list: string[]): string {
    const id = `${prefix}_t${list.length}`;
    list.push(id);
    return id;
  }

  private begin(): string {
    const { random } = this;
    const values = (rows: readonly (readonly (string | number | null | undefined)[])[]): string =>
      rows.map((row) => `(${row.map((value) => (value === null || value === undefined ? 'NULL' : `'${`${value}`.replaceAll("'", "''")}'`)).join(', ')})`).join(', ');
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
    const permissions = ACTIONS.flatMap((action) => [
      ...SCOPES.map((scope) => [`perm_${action}_${scope}`, 'paper', action, scope, 'allow', null]),
      [`perm_${action}_cond`, 'paper', action, random.pick(SCOPES as [string, ...string[]]), 'allow', this.condition()],
      [`perm_${action}_deny`, 'paper', action, random.pick(SCOPES as [string, ...string[]]), 'deny', random.chance(0.5) ? this.condition() : null],
    ]);
    this.permissions.push(...permissions.map(([id]) => id ?? ''));
    const held = [...new Set(numbers(ROLES * 4).map(() => JSON.stringify([this.role(), this.one(this.permissions)])))].map((pair) => JSON.parse(pair) as [string, string]);
    const inherited = numbers(ROLES - 1).filter(() => random.chance(0.5)).map((n) => [this.newId('ri', this.inheritances), SPACE, ids.role(n), ids.role(n + 1)]);
    const assigned = [...new Set(numbers(MEMBERS * 4).map(() => JSON.stringify([ids.member(random.below(MEMBERS)), this.role(), random.chance(0.8) ? this.group() : null])))]
      .map((row) => JSON.parse(row) as (string | null)[]);
    return `
      INSERT INTO sys_identity.spaces (id, name) VALUES ('${SPACE}', 'Random'), ('${OTHER}', 'Beside');
      INSERT INTO sys_identity.users (id, email) VALUES ${values(numbers(MEMBERS).map((n) => [ids.user(n), `r${n}@example.com`]))};
      INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth) VALUES ${values(GROUPS.map((path) => {
        const keys = path.split('.');
        return [`group_${path}`, SPACE, keys.length === 1 ? null : `group_${keys.slice(0, -1).join('.')}`, keys.at(-1), path, keys.length - 1];
      }))};
      INSERT INTO sys_identity.members (id, space_id, display_name, member_type) VALUES ${values(numbers(MEMBERS).map((n) => [ids.member(n), SPACE, `M${n}`, n === 5 ? 'service' : 'human']))};
      INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id) VALUES ${values(numbers(MEMBERS).map((n) => [ids.binding(n), ids.user(n), ids.member(n), SPACE]))};
      INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES ('rt_paper', 'paper', 'Paper');
      INSERT INTO sys_resource.resource_mappings (id, resource_type) VALUES ('rm_paper', 'paper');
      INSERT INTO sys_resource.resource_actions (id, resource_type, key, display_name) VALUES ${values(ACTIONS.map((action) => [`ra_${action}`, 'paper', action, action]))};
      INSERT INTO sys_authz.permissions (id, resource_type, action, scope, effect, condition) VALUES ${values(permissions)};
      INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ${values(numbers(ROLES).map((n) => [ids.role(n), SPACE, `r${n}`, `R${n}`]))};
      INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ${values(held.map(([role, permission]) => [this.newId('rp', this.rolePermissions), SPACE, role, permission]))};
      ${inherited.length === 0 ? '' : `INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ${values(inherited)};`}
      INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES ${values(assigned.map((row) => [this.newId('mr', this.assignments), SPACE, ...row]))};
      INSERT INTO sys_resource.resources (id, space_id, resource_type, group_id, owner_member_id, metadata) VALUES ${values(numbers(RESOURCES).map((n) => [
        ids.resource(n), SPACE, 'paper', n % 6 === 5 ? null : this.group(), n % 2 === 0 ? ids.member(random.below(MEMBERS)) : null, JSON.stringify(n % 3 === 0 ? {} : { amount: n * 7 }),
      ]))};`;
  }
}

function same(mutation: string, input: Readonly<Record<string, unknown>>): RandomChange {
  const { id, ...fields } = input;
  // What is made gets an id that a proposal does not name.
  return { mutation, input, proposed: { [mutation]: mutation.startsWith('create') ? fields : { id, ...fields } } };
}

function status(type: 'Role' | 'Group' | 'Member' | 'Permission', id: string, isDisabled: boolean): RandomChange {
  return { mutation: `${isDisabled ? 'disable' : 'restore'}${type}`, input: { id }, proposed: { [`set${type}Status`]: { id, status: isDisabled ? 'DISABLED' : 'ACTIVE' } } };
}
