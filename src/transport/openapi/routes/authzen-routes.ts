import { answer, content, CREDENTIALS, responseRef, schemaRef, type DeclaredRoute, type JsonSchema, type OperationObject } from '../declared-route.js';

const tags = ['AuthZEN'] as const;

const requestId: JsonSchema = { name: 'X-Request-ID', in: 'header', required: false, description: 'Id of the request; it is in the answer, the log and the audit event.', schema: { type: 'string', maxLength: 128 } };

function route(path: string, operationId: string, summary: string, description: string, request: string, response: JsonSchema): DeclaredRoute {
  const operation: OperationObject = {
    operationId, tags, summary, description,
    security: CREDENTIALS,
    parameters: [requestId],
    requestBody: { required: true, content: content(schemaRef(request)) },
    responses: {
      200: answer('The answer. A deny is an answer too.', content(response)),
      400: responseRef('BadRequest'), 401: responseRef('Unauthorized'), 403: responseRef('Forbidden'), 413: responseRef('TooLarge'), 429: responseRef('RateLimited'), 503: responseRef('Unavailable'),
    },
  };
  return { method: 'POST', path, operation };
}

/** AuthZEN Authorization API 1.0. */
export const authzenRoutes: readonly DeclaredRoute[] = [
  route('/access/v1/evaluation', 'evaluate', 'May this subject do this action on this resource?',
    'The decision is in the audit log before it is answered.', 'EvaluationRequest', schemaRef('EvaluationResponse')),
  route('/access/v1/evaluations', 'evaluateMany', 'Several evaluations at once, at most 1,000.',
    'Without evaluations the request is one evaluation, and so is the answer. An item that cannot be read is denied with its error, and leaves the others alone.',
    'EvaluationsRequest', { oneOf: [schemaRef('EvaluationsResponse'), schemaRef('EvaluationResponse')] }),
  route('/access/v1/search/subject', 'searchSubjects', 'Which subjects may do this action on this resource?',
    'Pages follow each other until next_token is empty; together they are the whole answer.', 'SubjectSearchRequest', schemaRef('EntitySearchResponse')),
  route('/access/v1/search/resource', 'searchResources', 'On which resources may this subject do this action?',
    'Stored resources. Pages follow each other until next_token is empty.', 'ResourceSearchRequest', schemaRef('EntitySearchResponse')),
  route('/access/v1/search/action', 'searchActions', 'Which actions may this subject do on this resource?',
    'Actions of the resource type. Pages follow each other until next_token is empty.', 'ActionSearchRequest', schemaRef('ActionSearchResponse')),
];
