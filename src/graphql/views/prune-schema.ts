import {
  GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, isInterfaceType, isListType, isNonNullType, isObjectType, isUnionType,
  type GraphQLArgument, type GraphQLFieldConfig, type GraphQLNamedType, type GraphQLOutputType,
} from 'graphql';
import type { Requirements } from '../directives/index.js';
import { reachedTypes } from './reached-types.js';
import type { HeldClauses } from './schema-clauses.js';
import { UsableParts, type FieldsType } from './usable-parts.js';

/**
 * The part of a schema that a caller may use. It is read, never run: it has no resolvers.
 * @returns undefined when nothing is left of Query, without which there is no schema
 */
export function pruneSchema(requirements: Requirements, held: HeldClauses): GraphQLSchema | undefined {
  const parts = new UsableParts(requirements, held);
  const query = requirements.schema.getQueryType();
  return query && parts.has(query) ? new Pruning(requirements.schema, parts).schema() : undefined;
}

class Pruning {
  private readonly made = new Map<GraphQLNamedType, GraphQLNamedType>();
  private readonly kept: ReadonlySet<GraphQLNamedType>;

  constructor(
    private readonly full: GraphQLSchema,
    private readonly parts: UsableParts,
  ) {
    this.kept = reachedTypes(full, parts);
    for (const type of Object.values(full.getTypeMap())) if (this.kept.has(type)) this.made.set(type, this.make(type));
  }

  schema(): GraphQLSchema {
    const { full } = this;
    return new GraphQLSchema({
      description: full.description, extensions: full.extensions, astNode: full.astNode, extensionASTNodes: full.extensionASTNodes, directives: full.getDirectives(),
      query: this.root(full.getQueryType()), mutation: this.root(full.getMutationType()), subscription: this.root(full.getSubscriptionType()),
      types: [...this.made.values()],
      // Made from a valid one; a test holds it to that.
      assumeValid: true,
    });
  }

  private root(type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined {
    return type ? (this.made.get(type) as GraphQLObjectType | undefined) : undefined;
  }

  // Leaves and input types are whole wherever they are, so all views share them.
  private make(type: GraphQLNamedType): GraphQLNamedType {
    const { name, description, extensions, astNode, extensionASTNodes } = type;
    const common = { name, description, extensions, extensionASTNodes: extensionASTNodes as never, astNode: astNode as never };
    if (isUnionType(type)) return new GraphQLUnionType({ ...common, types: () => this.those(type.getTypes()) });
    if (!isObjectType(type) && !isInterfaceType(type)) return type;
    const config = { ...common, interfaces: () => this.those(type.getInterfaces()), fields: () => this.fieldsOf(type) };
    return isObjectType(type) ? new GraphQLObjectType(config) : new GraphQLInterfaceType(config);
  }

  private those<T extends GraphQLNamedType>(types: readonly T[]): T[] {
    return types.flatMap((type) => (this.made.get(type) as T | undefined) ?? []);
  }

  private fieldsOf(type: FieldsType): Record<string, GraphQLFieldConfig<unknown, unknown>> {
    return Object.fromEntries(this.parts.fieldsOf(type).map(({ name, description, deprecationReason, extensions, astNode, type: returned, args }) => [
      name, { description, deprecationReason, extensions, astNode, type: this.mapped(returned), args: argumentsOf(args) },
    ]));
  }

  private mapped<T extends GraphQLOutputType>(type: T): T {
    if (isNonNullType(type)) return new GraphQLNonNull(this.mapped(type.ofType)) as never;
    if (isListType(type)) return new GraphQLList(this.mapped(type.ofType)) as never;
    return this.made.get(type as GraphQLNamedType) as T;
  }
}

function argumentsOf(args: readonly GraphQLArgument[]): GraphQLFieldConfig<unknown, unknown>['args'] {
  return Object.fromEntries(args.map(({ name, ...config }) => [name, config]));
}
