import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType, isInterfaceType, isObjectType, type GraphQLField, type GraphQLInterfaceType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql';
import { allOf, dependsOnCallerOnly, intern, type Clause, type Requirement } from './requirement.js';

type Annotated = GraphQLNamedType | GraphQLField<unknown, unknown>;

/** Reads the guards of a schema; look-ups are cached. */
export class Requirements {
  private static readonly ofSchemas = new WeakMap<GraphQLSchema, Requirements>();
  private readonly own = new Map<Annotated, Requirement>();
  private readonly fields = new Map<GraphQLField<unknown, unknown>, Requirement>();

  constructor(readonly schema: GraphQLSchema) {}

  /** The one reader of a schema. */
  static of(schema: GraphQLSchema): Requirements {
    const known = Requirements.ofSchemas.get(schema) ?? new Requirements(schema);
    Requirements.ofSchemas.set(schema, known);
    return known;
  }

  /** What a field of an object type needs: its own guards, its type's, its interfaces', and those of what it returns. */
  ofField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Requirement {
    const known = this.fields.get(field);
    if (known !== undefined) return known;
    const declarations = [field, ...parent.getInterfaces().flatMap((type) => type.getFields()[field.name] ?? [])];
    const requirement = allOf(
      this.ofType(parent),
      ...declarations.flatMap((declared) => [this.ofElement(declared), this.ofReturned(getNamedType(declared.type))]),
    );
    this.fields.set(field, requirement);
    return requirement;
  }

  // A guard on an abstract, scalar or enum type guards the fields that return it. An object type guards its own fields, so a field
  // that returns one is guarded as well, except for @can, which needs the object and is decided on its fields.
  private ofReturned(type: GraphQLNamedType): Requirement {
    if (isObjectType(type)) return this.ofType(type).filter(dependsOnCallerOnly);
    return isInterfaceType(type) ? this.ofType(type) : this.ofElement(type);
  }

  // A type is what its interfaces are: it cannot be reached with less than they need.
  private ofType(type: GraphQLObjectType | GraphQLInterfaceType): Requirement {
    return allOf(this.ofElement(type), ...type.getInterfaces().map((parent) => this.ofElement(parent)));
  }

  private ofElement(element: Annotated): Requirement {
    const known = this.own.get(element);
    if (known !== undefined) return known;
    const requirement = allOf(this.read(element));
    this.own.set(element, requirement);
    return requirement;
  }

  private read(element: Annotated): Clause[] {
    const clauses: Clause[] = [];
    const uses = (name: string): Record<string, unknown>[] => getDirective(this.schema, element, name) ?? [];
    if (uses('authenticated').length > 0) clauses.push({ kind: 'authenticated' });
    for (const { scopes } of uses('requiresScopes')) clauses.push({ kind: 'scopes', anyOf: scopes as string[][] });
    for (const { policies } of uses('policy')) clauses.push({ kind: 'policies', anyOf: policies as string[][] });
    for (const { action, resource, id } of uses('can')) {
      clauses.push({ kind: 'can', action: action as string, resource: resource as string, id: (id as string | undefined) ?? 'source.id' });
    }
    return clauses.map(intern);
  }
}
