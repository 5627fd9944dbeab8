import { buildASTSchema, GraphQLDirective, GraphQLScalarType, parse, specifiedDirectives } from 'graphql';

/** SDL of the directives for authorization and cost; meanings follow Apollo Federation where the names do. */
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

  "What one value costs, in place of 1 for an object and 0 for a scalar or enum."
  directive @cost(
    "The cost; on a list, that of each item."
    weight: Int!
  ) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR

  "How many items a list has at most: the largest of the slicing arguments that are given, else the assumed size."
  directive @listSize(
    "Items where no slicing argument is given; 100 when absent."
    assumedSize: Int
    "Arguments that bound the list, by an Int or by their own length; dotted paths lead into input objects."
    slicingArguments: [String!]
    "Lists of the returned object that are bounded, such as the edges of a connection; without it the field itself is the list."
    sizedFields: [String!]
    "Refuses an operation that does not give exactly one of the slicing arguments."
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
`;

const definitions = buildASTSchema(parse(SDL), { assumeValidSDL: true });

/** Our directives together with those of the specification. */
export const schemaDirectives: readonly GraphQLDirective[] = [
  ...specifiedDirectives,
  ...definitions.getDirectives().filter(({ name }) => !specifiedDirectives.some((specified) => specified.name === name)),
];

/** Scalars that the directives' arguments use. */
export const directiveScalars: readonly GraphQLScalarType[] = ['Scope', 'Policy'].map((name) => definitions.getType(name) as GraphQLScalarType);
