import {
  getNamedType, isAbstractType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLNamedType, type GraphQLSchema,
} from 'graphql';
import type { UsableParts } from './usable-parts.js';

/** The types that the usable fields of the roots lead to, roots included: through fields, arguments, interfaces and what can come back; and those of the directives. */
export function reachedTypes(schema: GraphQLSchema, parts: UsableParts): ReadonlySet<GraphQLNamedType> {
  const reached = new Set<GraphQLNamedType>();
  const returned = new Set<GraphQLNamedType>();
  const waiting: (() => void)[] = [];

  /** A type that stands somewhere; what else can stand where it is returned counts only there. */
  const reach = (type: GraphQLNamedType, isReturned: boolean): void => {
    if (!parts.has(type)) return;
    if (isReturned && isAbstractType(type) && !returned.has(type)) {
      returned.add(type);
      waiting.push(() => schema.getPossibleTypes(type).forEach((possible) => reach(possible, true)));
    }
    if (reached.has(type)) return;
    reached.add(type);
    waiting.push(() => follow(type));
  };
  const follow = (type: GraphQLNamedType): void => {
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) reach(getNamedType(field.type), false);
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const parent of type.getInterfaces()) reach(parent, false);
    for (const field of parts.fieldsOf(type)) {
      reach(getNamedType(field.type), true);
      for (const argument of field.args) reach(getNamedType(argument.type), false);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) if (root) reach(root, true);
  for (const { args } of schema.getDirectives()) for (const argument of args) reach(getNamedType(argument.type), false);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
  return reached;
}
