import type { DeclaredRoute } from './declared-route.js';
import { authzenRoutes } from './routes/authzen-routes.js';
import { discoveryRoutes } from './routes/discovery-routes.js';
import { graphqlRoutes } from './routes/graphql-routes.js';
import { probeRoutes } from './routes/probe-routes.js';

/** Every route of the product. The HTTP server serves these and no others; the OpenAPI document is made from them. */
export const DECLARED_ROUTES: readonly DeclaredRoute[] = [...authzenRoutes, ...graphqlRoutes, ...discoveryRoutes, ...probeRoutes];
