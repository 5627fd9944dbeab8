export { kindOf, kindOfStatus, type ErrorKind } from './error-kind.js';
export { errorsOf, graphqlFailure, invalidResponse, type AnswerFacts } from './graphql-failure.js';
export { isPolityClientError, PolityClientError, type GraphqlError, type PolityClientErrorDetails } from './polity-client-error.js';
export { PolityStreamError, type PolityStreamErrorDetails } from './polity-stream-error.js';
