/** Addresses of one server. */
export interface Endpoints {
  readonly graphql: string;
  readonly socket: string;
  /** Address of a public route such as `livez`. */
  route(name: string): string;
}

/**
 * Derives the addresses from the one that was configured, with or without `/graphql` at its end.
 * @throws TypeError for anything that is no http or https address
 */
export function endpointsOf(url: string): Endpoints {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) throw new TypeError('url must be an http or https address');
  if (base.username !== '' || base.password !== '') throw new TypeError('url must not carry credentials');
  base.search = '';
  base.hash = '';
  base.pathname = base.pathname.replace(/\/graphql\/?$/, '').replace(/\/*$/, '/');
  const graphql = new URL('graphql', base).href;
  return { graphql, socket: graphql.replace(/^http/, 'ws'), route: (name) => new URL(name, base).href };
}
