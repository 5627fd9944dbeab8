import { schemaRef, type JsonSchema } from '../declared-route.js';

const text = (description: string, maxLength?: number): JsonSchema => ({ type: 'string', minLength: 1, ...(maxLength === undefined ? {} : { maxLength }), description });
const properties: JsonSchema = { type: ['object', 'null'], additionalProperties: true, description: 'Input of conditions. It never takes the place of a stored Space, Group, owner or status.' };

const entity = (name: string, id: string): Readonly<Record<string, JsonSchema>> => ({
  [name]: { type: 'object', required: ['type', 'id'], properties: { type: text('Type of the entity.', 128), id: text(id, 512), properties } },
  [`Sought${name}`]: { type: 'object', required: ['type'], properties: { type: text('Type of the entities that are looked for.', 128), id: { type: ['string', 'null'], description: 'Counts for nothing.' }, properties } },
});

const asked = { context: schemaRef('Context') };
const page = { page: schemaRef('PageRequest') };
const paged = (item: JsonSchema): JsonSchema => ({
  type: 'object', required: ['results'],
  properties: { page: schemaRef('PageResponse'), context: { type: 'object', properties: { revision: text('Revision of the facts that the answer saw.') } }, results: { type: 'array', items: item } },
});

/** Bodies of AuthZEN. Members that are not named are passed over. */
export const authzenSchemas: Readonly<Record<string, JsonSchema>> = {
  ...entity('Subject', 'Its id, or its external id. Types are user, member, service, and those of POLITY_AUTHZEN_SUBJECT_TYPES.'),
  ...entity('Resource', 'Its id, or its external id.'),
  Action: { type: 'object', required: ['name'], properties: { name: text('Key of the action.', 128), properties } },
  Context: {
    type: ['object', 'null'], additionalProperties: true, description: 'Surroundings of the request: input of conditions.',
    properties: {
      space: { description: 'Id of the Space that is asked about; that of the caller when absent. Read where it is a text.' },
      at_least: { description: 'A revision of an earlier answer: this answer has seen at least it. Read where it is a text.' },
      receipt: { description: 'True for a signed receipt of the decision.' },
    },
  },
  EvaluationRequest: { type: 'object', required: ['subject', 'action', 'resource'], properties: { subject: schemaRef('Subject'), action: schemaRef('Action'), resource: schemaRef('Resource'), ...asked } },
  EvaluationResponse: { type: 'object', required: ['decision'], properties: { decision: { type: 'boolean', description: 'True when the action may be done.' }, context: schemaRef('DecisionContext') } },
  DecisionContext: {
    type: 'object',
    properties: {
      code: text('Why it is denied, such as NO_MATCHING_PERMISSION; only of a deny.'),
      reason_admin: { type: 'object', additionalProperties: { type: 'string' }, description: 'The code with its sentence, for those who administer.' },
      reason_user: { type: 'object', additionalProperties: { type: 'string' }, description: 'What may be shown to whom it is denied.' },
      trace_id: text('Id of the decision in traces and logs.'),
      audit_event_id: text('Event of the audit log; absent for an allow that is counted, not recorded.'),
      revision: text('Revision of the facts that the decision saw; pass it as at_least.'),
      receipt: text('Signed receipt: a JWS in its compact form.'),
      error: schemaRef('ItemError'),
    },
  },
  ItemError: {
    type: 'object', required: ['status', 'code', 'message'], description: 'Why an item could not be evaluated.',
    properties: { status: { type: 'integer' }, code: text('Stable code.'), message: text('A sentence for people.'), path: { type: 'array', items: { type: ['string', 'integer'] }, description: 'Where in the request.' } },
  },
  EvaluationsRequest: {
    type: 'object', description: 'What an item does not bring itself it takes from the request, whole.',
    properties: {
      subject: { type: ['object', 'null'] }, action: { type: ['object', 'null'] }, resource: { type: ['object', 'null'] }, ...asked,
      evaluations: { type: ['array', 'null'], maxItems: 1000, items: { description: 'An evaluation; what it lacks comes from the request.' } },
      options: {
        type: ['object', 'null'], additionalProperties: true,
        properties: { evaluations_semantic: { type: ['string', 'null'], enum: ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit', null], default: 'execute_all' } },
      },
    },
  },
  EvaluationsResponse: { type: 'object', required: ['evaluations'], properties: { evaluations: { type: 'array', items: schemaRef('EvaluationResponse') } } },
  PageRequest: {
    type: ['object', 'null'],
    properties: {
      token: { type: ['string', 'null'], description: 'next_token of the page before; everything else must be said again, alike.' },
      limit: { type: ['integer', 'null'], minimum: 0, description: 'Most results of the page; at most 200 are given.' },
    },
  },
  PageResponse: { type: 'object', required: ['next_token'], properties: { next_token: { type: 'string', description: 'Empty at the end of the results.' }, count: { type: 'integer', minimum: 0 } } },
  SubjectSearchRequest: { type: 'object', required: ['subject', 'action', 'resource'], properties: { subject: schemaRef('SoughtSubject'), action: schemaRef('Action'), resource: schemaRef('Resource'), ...asked, ...page } },
  ResourceSearchRequest: { type: 'object', required: ['subject', 'action', 'resource'], properties: { subject: schemaRef('Subject'), action: schemaRef('Action'), resource: schemaRef('SoughtResource'), ...asked, ...page } },
  ActionSearchRequest: { type: 'object', required: ['subject', 'resource'], properties: { subject: schemaRef('Subject'), resource: schemaRef('Resource'), ...asked, ...page } },
  EntitySearchResponse: paged({ type: 'object', required: ['type', 'id'], properties: { type: text('The type that was looked for.'), id: text('Id or external id, by which the entity is evaluated alike.') } }),
  ActionSearchResponse: paged({ type: 'object', required: ['name'], properties: { name: text('Key of the action.') } }),
};
