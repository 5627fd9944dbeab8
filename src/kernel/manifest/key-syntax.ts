/** Dotted lower case, two segments or more: capability ids, service ids, event types, audit event types (`user_member.created`). */
export const DOTTED_KEY = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

/** `domain:action`, exact; wildcards belong to grants, never to a declaration. */
export const PERMISSION_KEY = /^[a-z0-9_-]+:[a-z0-9_-]+$/;

/** A name that GraphQL accepts and does not keep for itself. */
export const GRAPHQL_NAME = /^(?!__)[_A-Za-z][_0-9A-Za-z]*$/;

/** A PostgreSQL schema name that needs no quotes. */
export const NAMESPACE = /^[a-z][a-z0-9_]{0,62}$/;

/** A policy name as it stands in `@policy`: lower case, segments divided by dots. */
export const POLICY_NAME = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/;

/** `/`, or segments that are literal or one `{parameter}`; no trailing slash. */
export const ROUTE_PATH = /^(?:\/|(?:\/(?:[A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9]*\}))+)$/;
