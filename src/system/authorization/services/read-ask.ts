import { invalid, PolityError, type InputPath } from '../../../kernel/errors/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import type { ConditionInput, Question, QuestionActor } from '../engine/index.js';
import type { Ask, InlineFacts, NamedPlace } from './ask.js';
import { modeOf, type CheckInput } from './check-input.js';
import { defined, inlineActor, inlineResource } from './inline-facts.js';
import { inlineGrants } from './inline-grants.js';
import { checkedId, checkedKey, checkedProperties, checkedText, required } from './input-checks.js';
import { readAsOf } from './past/as-of.js';
import { decodeRevision } from './revision-token.js';

/**
 * Checks the input of one question and completes it.
 *
 * @param actor - who acts, settled before
 * @param path - where the question stands in the input
 * @throws PolityError `INLINE_CONTEXT_REQUIRES_API_KEY` for facts in a request without an API key, `VALIDATION_FAILED` naming the path
 */
export function readAsk(context: RequestContext, input: CheckInput, actor: QuestionActor, path: InputPath): Ask {
  const mode = modeOf(input);
  assertMayBeInline(context, input);
  const action = checkedKey(required(input.action, [...path, 'action']), [...path, 'action']);
  const question: Question = { actor, ...readTarget(input, path), action, ...defined({ input: conditionInput(input, path) }) };
  const base = { question, mode, path, ...wantedRevision(context, input, actor.spaceId, path) };
  if (mode === 'stored') return { ...base, places: [{ spaceId: actor.spaceId }], inline: {}, names: {} };

  const resource = inlineResource(question, input.resource ?? {}, [...path, 'resource']);
  const targetGroup = targetGroupOf(input, resource.facts);
  if (mode === 'proposed_target') {
    return { ...base, ...(targetGroup === undefined ? {} : { targetGroup }), places: placesOf(actor, resource.facts), inline: resource.facts, names: resource.names };
  }
  const given = inlineActor(actor, input.actor ?? {}, [...path, 'actor']);
  const grants = inlineGrants(question, input.grants ?? [], [...path, 'grants']);
  const inline: InlineFacts = { ...given.facts, ...resource.facts, grants };
  return { ...base, places: placesOf(actor, inline), inline, names: { ...given.names, ...resource.names } };
}

function wantedRevision({ request }: RequestContext, { atLeast, asOf }: CheckInput, spaceId: string, path: InputPath): Pick<Ask, 'atLeast' | 'asOf'> {
  const then = readAsOf(asOf, spaceId, request.now, [...path, 'asOf']);
  const newest = atLeast === undefined || atLeast === null ? undefined : decodeRevision(atLeast, spaceId, [...path, 'atLeast']);
  if (then !== undefined && newest !== undefined) throw invalid([...path, 'atLeast'], 'A question about the past takes no atLeast.');
  return defined({ atLeast: newest, asOf: then });
}

/** @throws PolityError `INLINE_CONTEXT_REQUIRES_API_KEY` when facts come with a request of anything but an API key. */
export function assertMayBeInline(context: RequestContext, input: CheckInput): void {
  if (modeOf(input) === 'stored' || context.caller.kind === 'api_key') return;
  throw new PolityError('INLINE_CONTEXT_REQUIRES_API_KEY', 'Facts in a request are accepted from API keys only.');
}

function readTarget({ resourceType, resourceId, resource }: CheckInput, path: InputPath): Pick<Question, 'resourceType' | 'resourceId'> {
  const type = checkedKey(required(resourceType ?? resource?.type, [...path, 'resourceType']), [...path, 'resourceType']);
  if (resource?.type !== undefined && resource.type !== null && resource.type !== type) {
    throw invalid([...path, 'resource', 'type'], 'The type differs from resourceType.');
  }
  const id = checkedId(resourceId, [...path, 'resourceId']);
  const inner = checkedId(resource?.id, [...path, 'resource', 'id']);
  if (id !== undefined && inner !== undefined && id !== inner) throw invalid([...path, 'resource', 'id'], 'The id differs from resourceId.');
  const external = checkedText(resource?.externalId, 256, [...path, 'resource', 'externalId']);
  return { resourceType: type, resourceId: required(id ?? inner ?? external, [...path, 'resourceId']) };
}

function conditionInput({ actor, resource, actionProperties, context }: CheckInput, path: InputPath): ConditionInput | undefined {
  const input = defined({
    actor: checkedProperties(actor?.properties, [...path, 'actor', 'properties']),
    resource: checkedProperties(resource?.properties, [...path, 'resource', 'properties']),
    action: checkedProperties(actionProperties, [...path, 'actionProperties']),
    context: checkedProperties(context, [...path, 'context']),
  });
  return Object.keys(input).length === 0 ? undefined : input;
}

function targetGroupOf({ resource }: CheckInput, { resource: target }: InlineFacts): Ask['targetGroup'] {
  const [id, path] = [resource?.groupId ?? undefined, resource?.groupPath ?? undefined];
  if (target === undefined || (id === undefined && path === undefined)) return undefined;
  return { spaceId: target.spaceId, ...(id === undefined ? {} : { id }), ...(path === undefined ? {} : { path }) };
}

// The actor names its Space only; a resource of the same Space narrows that to its group.
function placesOf(actor: QuestionActor, { resource, group, grants = [] }: InlineFacts): NamedPlace[] {
  const places: NamedPlace[] = resource?.spaceId === actor.spaceId ? [] : [{ spaceId: actor.spaceId }];
  if (resource !== undefined) places.push(placeOf(resource.spaceId, group));
  for (const { memberRole, anchor } of grants) places.push(placeOf(memberRole.spaceId, anchor));
  return places;
}

function placeOf(spaceId: string, group: InlineFacts['group']): NamedPlace {
  return group === undefined ? { spaceId } : { spaceId, groupId: group.id, groupPath: group.path };
}
