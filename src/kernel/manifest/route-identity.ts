/**
 * The same string for routes that answer the same requests: what a parameter is called makes no difference.
 *
 * @param route - method and path, such as `GET /things/{thingId}`
 */
export function routeIdentity(route: string): string {
  return route.replaceAll(/\{[^}]*\}/g, '{}');
}
