import { Directive, Extensions } from 'type-graphql';

/** Key of the schema extension that names the audit events of a mutation. */
export const AUDIT_EVENTS_EXTENSION = 'polityAuditEvents';

/** Open to callers without credentials. Every root field says this or carries a guard. */
export const Public = (): MethodDecorator & PropertyDecorator & ClassDecorator => Directive('@public') as never;

/** Needs a verified caller. */
export const Authenticated = (): MethodDecorator & PropertyDecorator & ClassDecorator => Directive('@authenticated') as never;

/** Needs control-plane permission keys: the outer list is OR, the inner AND. `RequiresScopes('users:read')` is the usual form. */
export const RequiresScopes = (...alternatives: readonly (string | readonly string[])[]): MethodDecorator & PropertyDecorator & ClassDecorator =>
  Directive(`@requiresScopes(scopes: ${nested(alternatives)})`) as never;

/** Needs registered policies: the outer list is OR, the inner AND. */
export const RequiresPolicies = (...alternatives: readonly (string | readonly string[])[]): MethodDecorator & PropertyDecorator & ClassDecorator =>
  Directive(`@policy(policies: ${nested(alternatives)})`) as never;

/** Asks the authorization engine for the active Member; `id` is a path from `source` or `args`. */
export const Can = (action: string, resource: string, id = 'source.id'): MethodDecorator & PropertyDecorator & ClassDecorator =>
  Directive(`@can(action: ${JSON.stringify(action)}, resource: ${JSON.stringify(resource)}, id: ${JSON.stringify(id)})`) as never;

/** Names the audit events that a mutation can write; a test holds the schema to it. */
export const Audited = (...types: readonly string[]): MethodDecorator & PropertyDecorator & ClassDecorator =>
  Extensions({ [AUDIT_EVENTS_EXTENSION]: types }) as never;

function nested(alternatives: readonly (string | readonly string[])[]): string {
  return JSON.stringify(alternatives.map((keys) => (typeof keys === 'string' ? [keys] : keys)));
}
