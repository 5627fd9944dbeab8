import type { Settings } from '../../config/index.js';
import { sendJson } from './respond.js';
import type { RouteTable } from './route-table.js';

/** What discovery answers from. */
export interface DiscoverySources {
  readonly settings: Settings;
  readonly version: string;
  readonly jwks: () => Promise<object>;
}

/** Address under which clients reach the instance, without a slash at its end. It comes from the settings: a Host header is anybody's. */
export function publicBase({ http: { host, port, publicUrl } }: Settings): string {
  return String(publicUrl ?? `http://${host}:${port}`).replace(/\/$/, '');
}

/** `/.well-known/polity` and `/.well-known/jwks.json`. Addresses come from the settings, never from the Host header. */
export function addDiscovery(routes: RouteTable, { settings, version, jwks }: DiscoverySources): void {
  const base = publicBase(settings);
  routes.add('GET', '/.well-known/polity', (_request, response) => {
    response.setHeader('cache-control', 'max-age=300');
    sendJson(response, 200, {
      issuer: base,
      version,
      graphql: `${base}/graphql`,
      graphqlWebSocket: `${base.replace(/^http/, 'ws')}/graphql`,
      graphqlStream: `${base}/graphql/stream`,
      webSocketProtocol: 'graphql-transport-ws',
      authzen: `${base}/.well-known/authzen-configuration`,
      openapi: `${base}/openapi.json`,
      jwksUri: `${base}/.well-known/jwks.json`,
      health: `${base}/livez`,
      readiness: `${base}/readyz`,
      credentials: ['Authorization: Bearer <access token or API key>', 'X-Polity-API-Key: <API key>'],
    });
  });
  routes.add('GET', '/.well-known/jwks.json', async (_request, response) => {
    response.setHeader('cache-control', 'max-age=300');
    sendJson(response, 200, await jwks());
  });
}
