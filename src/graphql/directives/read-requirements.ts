import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType, isInterfaceType, isObjectType, isUnionType, type GraphQLField, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql';
import { allOf, intern, type Clause, type Requirement } from './requirement.js';

type Annotated = GraphQLNamedType | GraphQLField<unknown, unknown>;

/** Reads the guards of a schema. Built once per schema; look-ups are cached. */
export class Requirements {
  private readonly own = new Map<Annotated, Requirement>();
  private readonly abstract = new Map<string, Requirement>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** What a field of an object type needs: its own guards, its type's, its interfaces', and those of what it returns. */
  ofField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Requirement {
    const inherited = parent.getInterfaces().flatMap((type) => {
      const declared = type.getFields()[field.name];
      return declared === undefined ? [] : [this.ofElement(type), this.ofElement(declared)];
    });
    return allOf(this.ofElement(field), this.ofElement(parent), ...inherited, this.ofReturned(getNamedType(field.type)));
  }

  /** What a field needs when it is selected on an interface: the AND over every type that can come back. */
  ofAbstractField(abstractName: string, fieldName: string): Requirement {
    const key = `${abstractName}.${fieldName}`;
    const known = this.abstract.get(key);
    if (known !== undefined) return known;
    const type = this.schema.getType(abstractName);
    const possible = isInterfaceType(type) || isUnionType(type) ? this.schema.getPossibleTypes(type) : [];
    const requirement = allOf(...possible.flatMap((object) => {
      const field = object.getFields()[fieldName];
      return field === undefined ? [] : [this.ofField(object, field)];
    }));
    this.abstract.set(key, requirement);
    return requirement;
  }

  /** Guards written on the element itself. */
  ofElement(element: Annotated): Requirement {
    const known = this.own.get(element);
    if (known !== undefined) return known;
    const requirement = allOf(this.read(element));
    this.own.set(element, requirement);
    return requirement;
  }

  // A guard on an abstract, scalar or enum type guards the fields that return it. An object type guards its own fields, so a field
  // that returns one is guarded as well, except for @can, which needs the object and is decided on its fields.
  private ofReturned(type: GraphQLNamedType): Requirement {
    const requirement = this.ofElement(type);
    return isObjectType(type) ? requirement.filter(({ kind }) => kind !== 'can') : requirement;
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
