import { send } from '../http/respond.js';
import type { RouteTable } from '../http/route-table.js';
import { openapiDocument, type DocumentFacts } from './openapi-document.js';
import { asJson, asYaml } from './openapi-text.js';

/** `/openapi.json` and `/openapi.yaml`; made once, when first asked for. */
export function addOpenapi(routes: RouteTable, facts: DocumentFacts): void {
  let json: string | undefined;
  let yaml: Promise<string> | undefined;
  routes.add('GET', '/openapi.json', (_request, response) => {
    json ??= asJson(openapiDocument(facts));
    response.setHeader('cache-control', 'max-age=300');
    send(response, 200, 'application/json; charset=utf-8', json);
  });
  routes.add('GET', '/openapi.yaml', async (_request, response) => {
    yaml ??= asYaml(openapiDocument(facts));
    response.setHeader('cache-control', 'max-age=300');
    send(response, 200, 'application/yaml; charset=utf-8', await yaml);
  });
}
