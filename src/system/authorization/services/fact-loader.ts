import type { Database } from '../../../persistence/index.js';
import type { Facts, GrantFact, GroupFact, MemberFact, RegistryFacts, ResourceFact, SpaceFact, UserFact, UserMemberFact } from '../engine/index.js';
import type { FactRequest, FactSource } from './fact-source.js';
import { FACT_SQL } from './fact-sql.js';

type Action = NonNullable<RegistryFacts['action']> & { readonly resourceType?: string };
type Mapping = NonNullable<RegistryFacts['mapping']> & { readonly resourceType?: string };

/** Reads facts from the database: always fresh, all of one call in one statement and so of one snapshot. */
export class FactLoader implements FactSource {
  constructor(private readonly database: Database) {}

  async load(requests: readonly FactRequest[]): Promise<readonly Facts[]> {
    if (requests.length === 0) return [];
    const { rows } = await this.database.pool.query<{ kind: string; fact: Record<string, unknown> }>({
      name: 'authorization.facts',
      text: FACT_SQL,
      values: parameters(requests),
    });
    const found = new FoundFacts(rows);
    return requests.map((request) => found.of(request));
  }
}

function parameters(requests: readonly FactRequest[]): unknown[] {
  const all = requests.map(({ question }) => question);
  const withActor = requests.filter(({ mode }) => mode !== 'inline').map(({ question }) => question);
  const withTarget = requests.filter(({ mode }) => mode === 'stored').map(({ question }) => question);
  const groups = requests.flatMap(({ targetGroup }) => (targetGroup === undefined ? [] : [targetGroup]));
  const byId = groups.filter(({ id }) => id !== undefined);
  const byPath = groups.filter(({ id, path }) => id === undefined && path !== undefined);
  const wanted = [...new Map(withActor.map((question) => [grantKey(question.actor.memberId, question.resourceType, question.action), question])).values()];
  return [
    distinct(withActor.map(({ actor }) => actor.userId)),
    distinct(withActor.map(({ actor }) => actor.memberId)),
    distinct(withActor.map(({ actor }) => actor.userMemberId)),
    distinct(all.map(({ actor }) => actor.spaceId)),
    distinct(all.map(({ resourceType }) => resourceType)),
    distinct(all.map(({ action }) => action)),
    distinct(withTarget.map(({ resourceId }) => resourceId)),
    byId.map(({ spaceId }) => spaceId),
    byId.map(({ id }) => id),
    byPath.map(({ spaceId }) => spaceId),
    byPath.map(({ path }) => path),
    wanted.map(({ actor }) => actor.memberId),
    wanted.map(({ resourceType }) => resourceType),
    wanted.map(({ action }) => action),
  ];
}

/** The rows of one statement, by what they are looked up with. */
class FoundFacts {
  private readonly revisions = new Map<string, number>();
  private readonly users = new Map<string, UserFact>();
  private readonly members = new Map<string, MemberFact>();
  private readonly userMembers = new Map<string, UserMemberFact>();
  private readonly spaces = new Map<string, SpaceFact>();
  private readonly types = new Map<string, NonNullable<RegistryFacts['resourceType']>>();
  private readonly actions = new Map<string, Action>();
  private readonly mappings = new Map<string, Mapping>();
  private readonly resources = new Map<string, ResourceFact>();
  private readonly groups = new Map<string, GroupFact>();
  private readonly groupsByPath = new Map<string, GroupFact>();
  private readonly grants = new Map<string, GrantFact[]>();

  constructor(rows: readonly { readonly kind: string; readonly fact: Record<string, unknown> }[]) {
    for (const { kind, fact } of rows) this.add(kind, withoutNulls(fact));
  }

  of({ question, mode, targetGroup }: FactRequest): Facts {
    const { actor, resourceType, resourceId, action } = question;
    const revision = { space: this.revisions.get(actor.spaceId) ?? 0, instance: this.revisions.get('') ?? 0 };
    const registry = {
      resourceType: this.types.get(resourceType),
      action: this.actions.get(pairKey(resourceType, action)),
      mapping: this.mappings.get(resourceType),
    };
    if (mode === 'inline') return { revision, registry, isTargetInline: true, grants: [] };
    const resource = mode === 'stored' ? this.resources.get(resourceId) : undefined;
    return {
      revision,
      registry,
      user: this.users.get(actor.userId),
      member: this.members.get(actor.memberId),
      userMember: this.userMembers.get(actor.userMemberId),
      space: this.spaces.get(actor.spaceId),
      resource,
      group: mode === 'stored' ? this.groups.get(resource?.groupId ?? '') : this.proposedGroup(targetGroup),
      isTargetInline: mode !== 'stored',
      grants: this.grants.get(grantKey(actor.memberId, resourceType, action)) ?? [],
    };
  }

  private proposedGroup(named: FactRequest['targetGroup']): GroupFact | undefined {
    if (named === undefined) return undefined;
    const group = named.id === undefined ? this.groupsByPath.get(pairKey(named.spaceId, named.path ?? '')) : this.groups.get(named.id);
    return group?.spaceId === named.spaceId ? group : undefined;
  }

  private add(kind: string, fact: never): void {
    const { id, key, resourceType, spaceId, rev } = fact as Record<'id' | 'key' | 'resourceType' | 'spaceId', string> & { rev: number };
    switch (kind) {
      case 'revision': this.revisions.set(spaceId, rev); break;
      case 'user': this.users.set(id, fact); break;
      case 'member': this.members.set(id, fact); break;
      case 'user_member': this.userMembers.set(id, fact); break;
      case 'space': this.spaces.set(id, fact); break;
      case 'resource_type': this.types.set(key, fact); break;
      case 'resource_action': this.actions.set(pairKey(resourceType, key), fact); break;
      case 'resource_mapping': this.mappings.set(resourceType, fact); break;
      case 'resource': this.resources.set(id, fact); break;
      case 'group':
        this.groups.set(id, fact);
        this.groupsByPath.set(pairKey(spaceId, (fact as GroupFact).path), fact);
        break;
      default: this.addGrant(fact);
    }
  }

  private addGrant(fact: GrantFact): void {
    const key = grantKey(fact.memberRole.memberId, fact.permission.resourceType, fact.permission.action);
    const held = this.grants.get(key);
    if (held === undefined) this.grants.set(key, [fact]);
    else held.push(fact);
  }
}

// SQL has null where the engine has undefined.
function withoutNulls(fact: Record<string, unknown>): never {
  for (const [field, value] of Object.entries(fact)) {
    if (value === null) delete fact[field];
    else if (typeof value === 'object') withoutNulls(value as Record<string, unknown>);
  }
  return fact as never;
}

// JSON keeps the parts apart whatever they contain.
function pairKey(first: string, second: string): string {
  return JSON.stringify([first, second]);
}

function grantKey(memberId: string, resourceType: string, action: string): string {
  return JSON.stringify([memberId, resourceType, action]);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
