import { sendJson } from '../http/respond.js';
import type { RouteHandler, RouteTable } from '../http/route-table.js';
import { AuthzenEndpoint, type AuthzenOperation, type AuthzenParts } from './authzen-endpoint.js';
import { AUTHZEN_PATHS } from './authzen-paths.js';
import { AuthzenConfiguration, type ConfigurationParts } from './configuration.js';
import { searchOperations } from './search-operations.js';

const WELL_KNOWN = '/.well-known/authzen-configuration';

/** `/access/v1/*` and `/.well-known/authzen-configuration`. */
export function addAuthzen(routes: RouteTable, parts: AuthzenParts, about: ConfigurationParts): void {
  const endpoint = new AuthzenEndpoint(parts);
  const search = searchOperations(parts);
  const operations: readonly (readonly [string, AuthzenOperation])[] = [
    [AUTHZEN_PATHS.access_evaluation_endpoint, endpoint.evaluation],
    [AUTHZEN_PATHS.access_evaluations_endpoint, endpoint.evaluations],
    [AUTHZEN_PATHS.search_subject_endpoint, search.subject],
    [AUTHZEN_PATHS.search_resource_endpoint, search.resource],
    [AUTHZEN_PATHS.search_action_endpoint, search.action],
  ];
  for (const [path, operation] of operations) routes.add('POST', path, (request, response) => endpoint.handle(path, operation, request, response));
  const configuration = new AuthzenConfiguration(about);
  const answer: RouteHandler = async (_request, response) => {
    response.setHeader('cache-control', 'max-age=300');
    sendJson(response, 200, await configuration.document());
  };
  routes.add('GET', WELL_KNOWN, answer);
  // Behind a path the document is looked for between host and path.
  const { pathname } = new URL(about.base);
  if (pathname !== '/') routes.add('GET', `${WELL_KNOWN}${pathname}`, answer, WELL_KNOWN);
}
