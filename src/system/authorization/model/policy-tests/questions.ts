import type { ConditionInput, DenyCode, Question, QuestionActor } from '../../engine/index.js';
import { checkedProperties } from '../../services/input-checks.js';
import { MODEL_IDS } from '../ids.js';
import type { Model } from '../model.js';
import { present } from '../read/entries.js';
import { readResource } from '../read/read-data.js';
import { actionKey, nameKey, resourceId, ruleKey } from '../text-checks.js';
import type { AskedTarget, PolicyWorld } from '../world/policy-world.js';
import { resourceFact } from '../world/resource-fact.js';
import { Fields, type TextCheck } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';

const actorText: TextCheck = (text) =>
  /^[A-Za-z0-9._-]{1,120}(\/[A-Za-z0-9._-]{1,120})?$/.test(text) ? undefined : 'An actor is the key of a Member, or member/binding.';

/** Stands for who is not there. */
const NOBODY = 'nobody';
/** Id of a Resource that comes with a question and says none. */
const PROPOSED = 'proposed';

/** A target as it is asked about. */
export interface TypedTarget extends AskedTarget {
  readonly id: string;
  readonly type: string;
}

/**
 * Reads the parts of questions. A name that the model does not have is a mistake, unless the test expects the very code that says so:
 * otherwise a misspelt name would be denied, and a test that expects a denial would pass.
 */
export class Questions {
  private readonly model: Model;

  constructor(
    private readonly world: PolicyWorld,
    private readonly problems: Problems,
    private readonly own: Fields,
    private readonly expected: DenyCode | undefined,
  ) {
    this.model = world.model;
  }

  /** `member`, `member/binding`, or `{ service: member }` for one that acts by itself. */
  actor(): QuestionActor | undefined {
    const node = this.own.node('actor');
    if (node?.kind === 'map') {
      const fields = Fields.of(node, this.problems, 'An actor');
      const service = fields?.required('service', nameKey);
      fields?.end();
      if (service === undefined) return undefined;
      if (!this.model.members.has(service.text) && this.expected !== 'ACTOR_NOT_FOUND') return this.problems.add(service.place, `There is no Member ${service.text}.`);
      return { userId: '', memberId: MODEL_IDS.member(service.text), userMemberId: '', spaceId: this.world.spaceId, isMachine: true };
    }
    const named = this.own.required('actor', actorText);
    if (named === undefined) return undefined;
    const [memberKey, bindingKey] = named.text.split('/') as [string, string | undefined];
    const bindings = [...(this.model.members.get(memberKey)?.bindings.values() ?? [])].filter(({ key }) => bindingKey === undefined || key === bindingKey);
    const [binding, another] = bindings;
    if (another !== undefined) return this.problems.add(named.place, `${memberKey} has several bindings: say one of ${bindings.map(({ key }) => `${memberKey}/${key}`).join(', ')}.`);
    if (binding === undefined && this.expected !== 'ACTOR_NOT_FOUND') {
      const isService = this.model.members.has(memberKey) && bindingKey === undefined;
      return this.problems.add(named.place, isService ? `No User is bound to ${memberKey}; for one that acts by itself say { service: ${memberKey} }.` : `There is no actor ${named.text}.`);
    }
    return {
      userId: MODEL_IDS.user(binding?.user.name ?? NOBODY), memberId: MODEL_IDS.member(memberKey), userMemberId: MODEL_IDS.binding(binding?.key ?? bindingKey ?? NOBODY), spaceId: this.world.spaceId,
    };
  }

  /** The id of a Resource of the model, or a mapping that describes one which is not in it. */
  target(): TypedTarget | undefined {
    const node = this.own.node('resource');
    const named = this.own.placed('type', ruleKey);
    const type = named && this.type(named);
    if (named !== undefined && type === undefined) return undefined;
    if (node?.kind === 'map') {
      if (named !== undefined) return this.problems.add(named.place, 'A Resource that is described says its type itself.');
      return this.proposed(Fields.of(node, this.problems, 'A Resource'));
    }
    const id = this.own.required('resource', resourceId);
    if (id === undefined) return undefined;
    const resource = this.world.resources.get(id.text);
    if (resource === undefined && this.expected !== 'RESOURCE_NOT_FOUND') return this.problems.add(id.place, `There is no Resource ${id.text}.`);
    if (resource === undefined && type === undefined) return this.problems.add(id.place, 'A question about a Resource that is not there needs type.');
    return { id: id.text, type: type ?? resource!.resourceType, resource, isInline: false };
  }

  /** A type of the model. */
  requiredType(): string | undefined {
    const named = this.own.required('type', ruleKey);
    return named && this.type(named);
  }

  /** An action of a type of the model. */
  action(type: string | undefined): string | undefined {
    const named = this.own.required('action', actionKey);
    if (named === undefined || type === undefined) return undefined;
    const isMeant = this.expected === 'INVALID_RESOURCE_ACTION' || this.expected === 'INVALID_RESOURCE_TYPE';
    if (this.model.types.get(type)?.actions.has(named.text) === true || isMeant) return named.text;
    return this.problems.add(named.place, `The resource type ${type} has no action ${named.text}.`);
  }

  /** What conditions read beside the facts. */
  input(): ConditionInput | undefined {
    const properties = this.own.node('properties');
    const fields = properties === undefined ? undefined : Fields.of(properties, this.problems, 'properties');
    const input = present({
      context: this.object(this.own, 'context'),
      actor: fields && this.object(fields, 'actor'),
      resource: fields && this.object(fields, 'resource'),
      action: fields && this.object(fields, 'action'),
    });
    fields?.end();
    return Object.keys(input).length === 0 ? undefined : (input as ConditionInput);
  }

  private type({ text, place }: { readonly text: string; readonly place: Fields['place'] }): string | undefined {
    return this.model.types.has(text) || this.expected === 'INVALID_RESOURCE_TYPE' ? text : this.problems.add(place, `There is no resource type ${text}.`);
  }

  private proposed(fields: Fields | undefined): TypedTarget | undefined {
    const id = fields?.text('id', resourceId);
    const resource = fields && readResource(id ?? PROPOSED, fields, fields.place, this.problems);
    fields?.end();
    if (resource === undefined) return undefined;
    const type = this.type({ text: resource.type.name, place: resource.type.at });
    if (resource.group !== undefined && !this.model.groups.has(resource.group.name)) return this.problems.add(resource.group.at, `There is no Group ${resource.group.name}.`);
    if (resource.owner !== undefined && !this.model.members.has(resource.owner.name)) return this.problems.add(resource.owner.at, `There is no Member ${resource.owner.name}.`);
    if (type === undefined) return undefined;
    // As in the API: what is known by an external id only is asked about by that.
    return { id: id ?? resource.externalId ?? PROPOSED, type, resource: { ...resourceFact(resource, this.world.spaceId), id: id ?? resource.externalId ?? PROPOSED }, isInline: true };
  }

  private object(fields: Fields, name: string): Readonly<Record<string, unknown>> | undefined {
    try {
      return checkedProperties(fields.object(name), []);
    } catch (error) {
      return this.problems.add(fields.placeOf(name), (error as Error).message);
    }
  }
}

/** A question out of its parts. */
export function questionOf(actor: QuestionActor, type: string, id: string, action: string, input: ConditionInput | undefined): Question {
  return { actor, resourceType: type, resourceId: id, action, ...(input === undefined ? {} : { input }) };
}
