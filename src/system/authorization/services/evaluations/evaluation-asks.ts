import { PolityError } from '../../../../kernel/errors/index.js';
import type { Evaluation, RequestContext } from '../../../shared/contracts/index.js';
import type { ConditionInput } from '../../engine/index.js';
import type { Ask } from '../ask.js';
import type { AskingRights } from '../asking-rights.js';
import { defined } from '../inline-facts.js';
import { checkedProperties } from '../input-checks.js';
import { decodeRevision } from '../revision-token.js';
import { assertName, MOST_TYPE_BYTES, spaceOf } from './asked-names.js';
import { assertMayAskAbout, type FoundResource, type NameLookup } from './name-lookup.js';
import type { FoundSubject } from './subject-directory.js';

const NOTHING_UNKNOWN = {} as const;

/** Completes evaluations: names become ids, those of a Space at once. What cannot be asked gives its error. */
export async function evaluationAsks(lookup: NameLookup, context: RequestContext, rights: AskingRights, questions: readonly Evaluation[]): Promise<(Ask | PolityError)[]> {
  const isFresh = questions.some(({ atLeast }) => atLeast !== undefined);
  const asks: (Ask | PolityError)[] = [];
  const bySpace = new Map<string, number[]>();
  for (const [index, question] of questions.entries()) {
    const spaceId = orError(() => checkedPlace(lookup, context, rights, question));
    if (spaceId instanceof PolityError) asks[index] = spaceId;
    else bySpace.set(spaceId, [...(bySpace.get(spaceId) ?? []), index]);
  }
  await Promise.all([...bySpace].map(async ([spaceId, indexes]) => {
    const asked = indexes.map((index) => questions[index] as Evaluation);
    const [subjects, resources] = await Promise.all([
      lookup.subjects(context, spaceId, asked.map(({ subject }) => subject), isFresh),
      lookup.resources(context, spaceId, asked.map(({ resource }) => resource), isFresh),
    ]);
    for (const [position, index] of indexes.entries()) {
      const found = subjects[position] as FoundSubject;
      asks[index] = orError(() => completeAsk(context, spaceId, asked[position] as Evaluation, found, resources[position] as FoundResource));
    }
  }));
  return asks;
}

/** Completes one question about names that are remembered, the common case; undefined where one is not, or may not be trusted. */
export function rememberedAsk(lookup: NameLookup, context: RequestContext, rights: AskingRights, question: Evaluation): Ask | PolityError | undefined {
  if (question.atLeast !== undefined) return undefined;
  return orError(() => {
    const spaceId = checkedPlace(lookup, context, rights, question);
    const names = lookup.remembered(context, spaceId, question.subject, question.resource);
    return names === undefined ? undefined : completeAsk(context, spaceId, question, ...names);
  });
}

function checkedPlace(lookup: NameLookup, { caller }: RequestContext, rights: AskingRights, question: Evaluation): string {
  const { path = [], subject, resource, action } = question;
  lookup.assertNames(subject, path, 'subject');
  lookup.assertNames(resource, path, 'resource');
  assertName(action.name, MOST_TYPE_BYTES, path, 'action', 'name');
  const spaceId = spaceOf(caller, question);
  rights.assertSpace(spaceId);
  return spaceId;
}

function completeAsk(context: RequestContext, spaceId: string, question: Evaluation, found: FoundSubject, target: FoundResource): Ask {
  const { path = [], subject, resource, action, atLeast } = question;
  assertMayAskAbout(context, found, path);
  const input = conditionInput(question);
  return {
    question: { actor: found.actor, resourceType: resource.type, resourceId: target.id, action: action.name, ...(input === undefined ? {} : { input }) },
    mode: 'stored',
    places: [{ spaceId }],
    inline: {},
    names: {},
    named: found.isKnown && target.isKnown ? NOTHING_UNKNOWN : defined({ subject: found.isKnown ? undefined : `${subject.type}:${subject.id}`, resource: target.isKnown ? undefined : resource.id }),
    ...(atLeast === undefined ? {} : { atLeast: decodeRevision(atLeast, spaceId, [...path, 'context', 'at_least']) }),
    path,
  };
}

function conditionInput({ subject, resource, action, context, path = [] }: Evaluation): ConditionInput | undefined {
  if (context === undefined && subject.properties === undefined && resource.properties === undefined && action.properties === undefined) return undefined;
  return defined({
    actor: checkedProperties(subject.properties, [...path, 'subject', 'properties']),
    resource: checkedProperties(resource.properties, [...path, 'resource', 'properties']),
    action: checkedProperties(action.properties, [...path, 'action', 'properties']),
    context: checkedProperties(context, [...path, 'context']),
  });
}

// The mistake of one question is its own; what is nobody's mistake ends the call.
function orError<Value>(work: () => Value): Value | PolityError {
  try {
    return work();
  } catch (error) {
    if (error instanceof PolityError && error.kind !== 'internal') return error;
    throw error;
  }
}
