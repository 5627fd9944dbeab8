import type { ActionSearch, AskedByName, NamesPage, NamesPageInput, RequestContext, ResourceSearch, SubjectSearch } from '../../../shared/contracts/index.js';
import type { PageInput } from '../../../shared/services/index.js';
import { AskingRights } from '../asking-rights.js';
import type { ActorInput, ResourceInput } from '../check-input.js';
import type { AccessLists, AccessPage } from '../lists/access-lists.js';
import type { ActorNames } from './actor-names.js';
import { assertName, MOST_TYPE_BYTES, spaceOf } from './asked-names.js';
import { assertMayAskAbout, type NameLookup } from './name-lookup.js';

/** Most that a list gives at once. */
const MOST_PER_LIST = 200;

/** Who may stand behind the names of each kind of subjects: a Member acts by a binding, or by itself. */
const ACTORS_OF = { user: ['bindings'], member: ['bindings', 'services'], service: ['services'] } as const;

/** Lists of access in the names of other systems. Every name stands for what the list found: it is evaluated alike. */
export class NameSearches {
  constructor(
    private readonly lookup: NameLookup,
    private readonly names: ActorNames,
    private readonly lists: () => AccessLists,
  ) {}

  async subjects(context: RequestContext, search: SubjectSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    const { path = [], subject, action, resource } = search;
    this.lookup.assertNames(resource, path, 'resource');
    assertName(subject.type, MOST_TYPE_BYTES, path, 'subject', 'type');
    assertName(action.name, MOST_TYPE_BYTES, path, 'action', 'name');
    const spaceId = place(context, search);
    const kind = this.lookup.kindOf(subject.type);
    const [target] = await this.lookup.resources(context, spaceId, [resource], search.atLeast !== undefined);
    if (kind === undefined || target?.isKnown !== true) return { names: [] };
    const input = {
      ...common(search),
      spaceId,
      resourceType: resource.type,
      resourceId: target.id,
      resource: withProperties<ResourceInput>({}, resource.properties),
      action: action.name,
      actionProperties: action.properties,
      actorProperties: subject.properties,
    };
    const lists = ACTORS_OF[kind].map((actors) => (part: PageInput) => this.lists().listActors(context, { ...input, actors }, part));
    return fill(page, lists, (actors) => this.names.of(context, spaceId, kind, actors));
  }

  async resources(context: RequestContext, search: ResourceSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    const { path = [], subject, action, resource } = search;
    this.lookup.assertNames(subject, path, 'subject');
    assertName(resource.type, MOST_TYPE_BYTES, path, 'resource', 'type');
    assertName(action.name, MOST_TYPE_BYTES, path, 'action', 'name');
    const spaceId = place(context, search);
    const [found] = await this.lookup.subjects(context, spaceId, [subject], search.atLeast !== undefined);
    if (found === undefined) return { names: [] };
    assertMayAskAbout(context, found, path);
    if (!found.isKnown) return { names: [] };
    const input = {
      ...common(search),
      settled: found.actor,
      actor: withProperties<ActorInput>({}, subject.properties),
      resourceType: resource.type,
      resourceProperties: resource.properties,
      action: action.name,
      actionProperties: action.properties,
    };
    return fill(page, [(part) => this.lists().listResources(context, input, part)], async (listed) => {
      const external = listed.map(({ externalId, resourceId }) => ({ type: resource.type, id: externalId ?? resourceId }));
      // Another Resource may have the external id as its id.
      const standing = await this.lookup.resources(context, spaceId, external, true);
      return listed.map(({ resourceId }, index) => (standing[index]?.id === resourceId ? external[index]?.id : resourceId));
    });
  }

  async actions(context: RequestContext, search: ActionSearch, page: NamesPageInput): Promise<NamesPage<string>> {
    const { path = [], subject, resource } = search;
    this.lookup.assertNames(subject, path, 'subject');
    this.lookup.assertNames(resource, path, 'resource');
    const spaceId = place(context, search);
    const isFresh = search.atLeast !== undefined;
    const [[found], [target]] = await Promise.all([
      this.lookup.subjects(context, spaceId, [subject], isFresh),
      this.lookup.resources(context, spaceId, [resource], isFresh),
    ]);
    if (found === undefined) return { names: [] };
    assertMayAskAbout(context, found, path);
    if (!found.isKnown || target?.isKnown !== true) return { names: [] };
    const input = {
      ...common(search),
      settled: found.actor,
      actor: withProperties<ActorInput>({}, subject.properties),
      resourceType: resource.type,
      resourceId: target.id,
      resource: withProperties<ResourceInput>({}, resource.properties),
    };
    return fill(page, [(part) => this.lists().listActions(context, input, part)], async (listed) => listed.map(({ action }) => action));
  }
}

function place({ caller, request, services }: RequestContext, search: AskedByName): string {
  const spaceId = spaceOf(caller, search);
  new AskingRights({ caller, request, services }).assertSpace(spaceId);
  return spaceId;
}

function common({ context, atLeast }: AskedByName): { readonly context?: Readonly<Record<string, unknown>>; readonly atLeast?: string } {
  return { ...(context === undefined ? {} : { context }), ...(atLeast === undefined ? {} : { atLeast }) };
}

function withProperties<Input extends object>(input: Input, properties: Readonly<Record<string, unknown>> | undefined): Input {
  return properties === undefined ? input : { ...input, properties };
}

/** Reads lists, one after the other, until a page is full or the last one ends; what has no name of its own is passed over. */
async function fill<Node>(
  { limit, after }: NamesPageInput,
  lists: readonly ((part: PageInput) => Promise<AccessPage<Node>>)[],
  name: (nodes: readonly Node[]) => Promise<readonly (string | undefined)[]>,
): Promise<NamesPage<string>> {
  const names: string[] = [];
  let revision: string | undefined;
  for (let { list, cursor } = positionOf(after); list < lists.length;) {
    if (names.length >= limit) return { names, end: `${list}:${cursor ?? ''}`, ...(revision === undefined ? {} : { revision }) };
    const part = await (lists[list] as (typeof lists)[0])({ first: Math.min(limit - names.length, MOST_PER_LIST), ...(cursor === undefined ? {} : { after: cursor }) });
    names.push(...(await name(part.edges.map(({ node }) => node))).filter((each) => each !== undefined));
    revision = part.revision;
    const next = part.pageInfo.hasNextPage ? (part.pageInfo.endCursor ?? undefined) : undefined;
    if (next === undefined) list += 1;
    cursor = next;
  }
  return { names, ...(revision === undefined ? {} : { revision }) };
}

// Which list a page ended in, and where in it.
function positionOf(end: string | undefined): { readonly list: number; readonly cursor: string | undefined } {
  const [, list = '0', cursor = ''] = /^(\d):(.*)$/s.exec(end ?? '') ?? [];
  return { list: Number(list), cursor: cursor === '' ? undefined : cursor };
}
