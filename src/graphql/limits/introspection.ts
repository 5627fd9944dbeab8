import { GraphQLError, Kind, visit, BREAK, type DocumentNode } from 'graphql';

/** Deepest nesting of `fields`, `type` and the like in one introspection: more is only a way to make the answer explode. */
const DEEPEST_INTROSPECTION = 15;

/** True when a document selects `__schema` or `__type`. */
export function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      if (node.name.value === '__schema' || node.name.value === '__type') {
        found = true;
        return BREAK;
      }
      return undefined;
    },
  });
  return found;
}

/** The error of an introspection that the caller may not have; says no more than a validation error would. */
export function introspectionRefused(): GraphQLError {
  return new GraphQLError('Introspection is not available to this caller.', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });
}

/** True when an introspection nests lists of the schema into each other beyond what any tool needs. */
export function isCircularIntrospection(document: DocumentNode): boolean {
  let depth = 0;
  let fieldsInside = 0;
  let circular = false;
  visit(document, {
    Field: {
      enter(node) {
        depth++;
        if (node.name.value === 'fields' && ++fieldsInside > 2) circular = true;
        if (depth > DEEPEST_INTROSPECTION + 5) circular = true;
        return circular ? BREAK : undefined;
      },
      leave(node) {
        depth--;
        if (node.kind === Kind.FIELD && node.name.value === 'fields') fieldsInside--;
      },
    },
  });
  return circular;
}
