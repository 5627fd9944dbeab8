import { buildASTSchema, GraphQLDirective, GraphQLScalarType, parse, specifiedDirectives } from 'graphql';

/** SDL of the authorization directives; meanings follow Apollo Federation where the names do. */
const SDL = /* GraphQL */ `
  "A control-plane permission key, such as users:read."
  scalar Scope

  "The name of a registered policy."
  scalar Policy

  "Open to callers without credentials."
  directive @public on FIELD_DEFINITION

  "Needs a verified caller."
  directive @authenticated on OBJECT | FIELD_DEFINITION | INTERFACE | UNION | SCALAR | ENUM

  "Needs permission keys: outer list OR, inner list AND. A scope says that the caller holds the key somewhere; where it reaches is decided by what is read or changed."
  directive @requiresScopes(
    "Alternatives; each is a list of keys that are needed together."
    scopes: [[Scope!]!]!
  ) on OBJECT | FIELD_DEFINITION | INTERFACE | UNION | SCALAR | ENUM

  "Needs registered policies: outer list OR, inner list AND. Unknown, failing or null counts as denied."
  directive @policy(
    "Alternatives; each is a list of policies that are needed together."
    policies: [[Policy!]!]!
  ) on OBJECT | FIELD_DEFINITION | INTERFACE | UNION | SCALAR | ENUM

  "Asks the authorization engine whether the caller's active Member may do the action."
  directive @can(
    "Action of the resource type."
    action: String!
    "Resource type."
    resource: String!
    "Path to the Resource's id, from source or args."
    id: String! = "source.id"
  ) on OBJECT | FIELD_DEFINITION
`;

const definitions = buildASTSchema(parse(SDL), { assumeValidSDL: true });

/** The authorization directives together with those of the specification. */
export const schemaDirectives: readonly GraphQLDirective[] = [
  ...specifiedDirectives,
  ...definitions.getDirectives().filter(({ name }) => !specifiedDirectives.some((specified) => specified.name === name)),
];

/** Scalars that the directives' arguments use. */
export const directiveScalars: readonly GraphQLScalarType[] = ['Scope', 'Policy'].map((name) => definitions.getType(name) as GraphQLScalarType);
