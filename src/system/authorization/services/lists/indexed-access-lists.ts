import { PolityError } from '../../../../kernel/errors/index.js';
import type { Database, RevisionFeed } from '../../../../persistence/index.js';
import { reach, type Actor, type AuditLog, type RequestContext } from '../../../shared/contracts/index.js';
import type { ListPage, PageInput } from '../../../shared/services/index.js';
import type { FactRevision, QuestionActor, ResourceFact } from '../../engine/index.js';
import { reachableBy } from '../../fact-index/reachable.js';
import type { ResourceCache } from '../../fact-index/resource-cache.js';
import type { IndexedTarget, SpaceIndex } from '../../fact-index/space-index.js';
import type { Ask } from '../ask.js';
import { askingActor } from '../asking-actor.js';
import { withAskingCaller } from '../asking-caller.js';
import { AskingRights, CHECK_KEY } from '../asking-rights.js';
import type { CheckInput } from '../check-input.js';
import { completeFacts } from '../complete-facts.js';
import type { Moment, Moments } from '../past/moments.js';
import { allowedPastResources } from '../past/past-resources.js';
import type { PastViews } from '../past/past-views.js';
import { placesToday } from '../past/time-travelling-facts.js';
import type { PastFactLoader } from '../past-fact-loader.js';
import { readAsk } from '../read-ask.js';
import { encodeRevision } from '../revision-token.js';
import type { AccessLists, AccessPage, ListActionsInput, ListActorsInput, ListedAction, ListedResource, ListResourcesInput } from './access-lists.js';
import { actorsThatMay } from './actors-that-may.js';
import { listedEvent, type ListKind } from './listed-event.js';
import { revisionOf, type ListViews } from './list-views.js';
import { cutOf, MOST_COUNTED, pageOf, taken, type Cut, type Placed } from './page-of.js';
import { positionOf, resourcesInReach } from './resources-in-reach.js';

/** What {@link IndexedAccessLists} are made of. */
export interface AccessListsParts {
  readonly executor: Database;
  readonly views: ListViews;
  readonly resources: ResourceCache;
  readonly past: PastFactLoader;
  readonly moments: Moments;
  readonly pastViews: PastViews;
  readonly feed: Pick<RevisionFeed, 'catchUp'>;
  readonly auditLog: () => AuditLog;
}

const PATH = ['input'];
/** Stands for every Resource, or every action, until the list comes to one. */
const ANY_RESOURCE = 'res_any';
const ANY_ACTION = 'any';
const NOTHING: ListPage<never> = {
  edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }, totalCount: async () => 0,
};
/** Rows are read until they and the index are of one revision; a Space in which that never happens changes without a pause. */
const MOST_READINGS = 50;

/** Lists of access over the indexes: who could be in an answer is looked up, who is, each is decided. */
export class IndexedAccessLists implements AccessLists {
  constructor(private readonly parts: AccessListsParts) {}

  async listActors(asked: RequestContext, input: ListActorsInput, page: PageInput): Promise<AccessPage<Actor>> {
    const cut = cutOf('listActors', 2, page);
    const actor = { userId: '', memberId: '', userMemberId: '', spaceId: input.spaceId };
    const { actorProperties: properties, actors: wanted, ...question } = input;
    const actors = wanted ?? 'bindings';
    const { context, ask, index } = await this.open(asked, { ...question, actor: { properties } }, actor, (open) => this.targetOf(open));
    const target = index?.target;
    if (index === undefined || target === undefined) return this.answer(context, 'actors', ask, index, NOTHING, () => []);
    const about = { ...ask.question, target, actors };
    const all = (from: Pick<Cut, 'backward' | 'position'>): Iterable<Placed<Actor>> => actorsThatMay(index.space, about, index.clock, from);
    const found = pageOf('listActors', cut, taken(all(cut), cut.limit + 1), async () => counted(all({ backward: false, position: undefined })));
    return this.answer(context, 'actors', ask, index, found, (node) => [node.memberId, node.userMemberId]);
  }

  async listResources(asked: RequestContext, input: ListResourcesInput, page: PageInput): Promise<AccessPage<ListedResource>> {
    const name = isPast(input) ? 'listPastResources' : 'listResources';
    const cut = cutOf(name, isPast(input) ? 1 : 2, page);
    const { resourceProperties: properties, settled, ...question } = input;
    const actor = settled ?? (await this.actorOf(asked, input));
    const { context, ask, index } = await this.open(asked, { ...question, resourceId: ANY_RESOURCE, resource: { properties } }, actor, async (open) => open);
    if (index === undefined) return this.answer(context, 'resources', ask, undefined, NOTHING, () => []);
    const found = await this.resources(context, index, cut);
    const total = async (): Promise<number | null> => {
      const { rows } = await this.resources(context, index, { limit: MOST_COUNTED, backward: false, position: undefined });
      return rows.length > MOST_COUNTED ? null : rows.length;
    };
    const listed = pageOf(name, cut, found.rows.map((resource) => placedResource(resource, index.moment)), total);
    return this.answer(context, 'resources', ask, index, listed, ({ resourceId }) => [resourceId], found.revision);
  }

  async listActions(asked: RequestContext, input: ListActionsInput, page: PageInput): Promise<AccessPage<ListedAction>> {
    const cut = cutOf('listActions', 1, page);
    const { settled, ...question } = input;
    const actor = settled ?? (await this.actorOf(asked, input));
    const { context, ask, index } = await this.open(asked, { ...question, action: ANY_ACTION }, actor, (open) => this.targetOf(open));
    const target = index?.target;
    if (index === undefined || target === undefined) return this.answer(context, 'actions', ask, index, NOTHING, () => []);
    const keys = [...(index.space.registry.type(ask.question.resourceType)?.actions.values() ?? [])].filter(({ fact }) => fact !== undefined).map(({ key }) => key).sort();
    const allowed = keys.filter((action) => index.space.decide({ ...ask.question, action }, target, index.clock)?.decision === 'ALLOW');
    const inOrder = cut.backward ? allowed.toReversed() : allowed;
    const [at] = cut.position ?? [];
    const rest = at === undefined ? inOrder : inOrder.filter((key) => (cut.backward ? key < at : key > at));
    const found = pageOf('listActions', cut, rest.slice(0, cut.limit + 1).map((action) => ({ node: { action }, position: [action] })), async () => allowed.length);
    return this.answer(context, 'actions', ask, index, found, ({ action }) => [action]);
  }

  private async actorOf(context: RequestContext, { actor }: ListResourcesInput | ListActionsInput): Promise<QuestionActor> {
    return askingActor(this.parts.executor, context, actor, [...PATH, 'actor']);
  }

  /** Checks the question and the right to ask it, and opens the index to answer from. */
  private async open(
    asked: RequestContext, input: CheckInput, actor: QuestionActor, settle: (open: Opened) => Promise<Opened>,
  ): Promise<{ readonly context: RequestContext; readonly ask: Ask; readonly index: Opened | undefined }> {
    const context = await withAskingCaller(asked, [input], () => PATH);
    const ask = readAsk(context, input, actor, PATH);
    const rights = new AskingRights(context);
    await rights.assertBefore(this.parts.executor, [ask]);
    const { spaceId } = actor;
    const moment = ask.asOf === undefined ? undefined : await this.parts.moments.one({ spaceId, asked: ask.asOf }, context.request.now);
    const space = await (moment === undefined ? this.parts.views.of(spaceId, ask.atLeast) : this.parts.pastViews.at(spaceId, moment.revision));
    return { context, ask, index: space === undefined ? undefined : await settle({ space, ask, rights, moment, clock: moment?.clock ?? context.request.now }) };
  }

  /** Finds what the question is about, at the revision of the index, and refuses what the caller may not ask about. */
  private async targetOf(open: Opened): Promise<Opened> {
    const { ask, rights, moment } = open;
    const stored = await this.storedTarget(open);
    const places = moment === undefined || stored.group === undefined ? undefined : await placesToday(this.parts.executor, [stored.group]);
    rights.assertTarget(ask, places === undefined ? stored : { resource: stored.resource, group: places.get(stored.group?.id ?? '') });
    const { resource } = completeFacts(ask, stored);
    return { ...open, target: resource === undefined ? undefined : { resource, isInline: ask.mode !== 'stored' } };
  }

  private async storedTarget({ space, ask, clock, moment }: Opened): ReturnType<PastFactLoader['load']> extends Promise<readonly (infer Found)[]> ? Promise<Found> : never {
    const { question, mode, targetGroup } = ask;
    let resource: ResourceFact | undefined;
    if (mode === 'stored') {
      // What is held is of today.
      resource = moment === undefined ? this.parts.resources.get(question.resourceId) : undefined;
      if (resource === undefined) {
        const [past] = await this.parts.past.load([{ question, mode, revision: revisionOf(space), moment: moment?.seenAt ?? clock }]);
        resource = past?.resource;
      }
    }
    const facts = space.facts(question, { resource, isInline: mode !== 'stored' });
    const row = targetGroup?.spaceId !== space.spaceId ? undefined : targetGroup.id !== undefined ? space.groups.row(targetGroup.id) : space.groups.rowAt(targetGroup.path ?? '');
    return row === undefined ? facts : { ...facts, group: space.groups.fact(row) };
  }

  /** Resources that are allowed, up to one more than the cut has, in its direction. */
  private async resources(context: RequestContext, opened: Opened, cut: Cut): Promise<{ readonly rows: readonly ResourceFact[]; readonly revision: FactRevision }> {
    const { ask, ask: { question }, clock: now, moment } = opened;
    const held = reach(context.caller, CHECK_KEY, context.request.now);
    let { space } = opened;
    if (moment !== undefined) return { rows: await allowedPastResources(this.parts.executor, space, question, held, now, cut), revision: moment.revision };
    for (let reading = 0; reading < MOST_READINGS; reading += 1) {
      const member = space.knows(question.actor) ? space.actors.row(question.actor.memberId) : undefined;
      const pair = space.registry.type(question.resourceType)?.actions.get(question.action);
      const began = revisionOf(space);
      if (member === undefined || pair === undefined) return { rows: [], revision: began };
      const reachable = reachableBy(space, member, pair, now);
      const allowed: ResourceFact[] = [];
      let position = cut.position;
      for (let most = cut.limit + 1; ; most = Math.min(most * 2, MOST_COUNTED)) {
        const read = await resourcesInReach(this.parts.executor, space, question.resourceType, {
          reachable, memberId: question.actor.memberId, held, cut: { backward: cut.backward, position }, most,
        });
        if (!isSame(read.revision, began) || !isSame(revisionOf(space), began)) break;
        for (const resource of read.rows) {
          const decision = space.decide({ ...question, resourceId: resource.id }, { resource, isInline: false }, now);
          if (decision?.decision === 'ALLOW' && allowed.push(resource) > cut.limit) return { rows: allowed, revision: began };
        }
        const last = read.rows.at(-1);
        if (last === undefined || read.rows.length < most) return { rows: allowed, revision: began };
        position = positionOf(last);
      }
      await this.parts.feed.catchUp();
      space = (await this.parts.views.of(question.actor.spaceId, ask.atLeast)) ?? space;
    }
    throw new PolityError('SERVICE_UNAVAILABLE', 'The facts of this Space change too fast to be listed.');
  }

  private async answer<Node>(
    context: RequestContext, kind: ListKind, { question }: Ask, opened: Opened | undefined, page: ListPage<Node>, idsOf: (node: Node) => readonly string[],
    revision: FactRevision = opened === undefined ? { space: 0, instance: 0 } : revisionOf(opened.space),
  ): Promise<AccessPage<Node>> {
    const token = encodeRevision(question.actor.spaceId, revision);
    await this.parts.auditLog().recordNow(context, [listedEvent(kind, question, { revision, asOf: opened?.moment?.clock }, page.edges.map(({ node }) => idsOf(node)))]);
    return { ...page, revision: token, complete: true };
  }
}

interface Opened {
  readonly space: SpaceIndex;
  readonly ask: Ask;
  readonly rights: AskingRights;
  /** Given for a question about the past. */
  readonly moment: Moment | undefined;
  /** Starts and ends are compared with it; milliseconds since the epoch. */
  readonly clock: number;
  readonly target?: IndexedTarget | undefined;
}

function placedResource(resource: ResourceFact, moment: Moment | undefined): Placed<ListedResource> {
  const node = { resourceType: resource.resourceType, resourceId: resource.id, externalId: resource.externalId ?? null };
  return { node, position: moment === undefined ? positionOf(resource) : [resource.id] };
}

function isPast({ asOf }: ListResourcesInput): boolean {
  return asOf !== undefined && asOf !== null;
}

function isSame(one: FactRevision, other: FactRevision): boolean {
  return one.space === other.space && one.instance === other.instance;
}

function counted(rows: Iterable<unknown>): number | null {
  const count = taken(rows, MOST_COUNTED + 1).length;
  return count > MOST_COUNTED ? null : count;
}
