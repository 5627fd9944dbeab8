import {
  getNamedType, isInterfaceType, isIntrospectionType, isObjectType, isUnionType, type GraphQLField, type GraphQLInterfaceType, type GraphQLNamedType, type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Requirements } from '../directives/index.js';
import type { HeldClauses } from './schema-clauses.js';

/** A type that has fields. */
export type FieldsType = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/**
 * What a caller may use of a schema: the largest set of types and fields of which each field is allowed and leads to a type of the
 * set, and no type is empty. Leaves and input types are not looked at: nothing guards them.
 */
export class UsableParts {
  private readonly fields = new Map<FieldsType, Map<string, Field>>();
  private readonly empty = new Set<GraphQLNamedType>();
  private readonly composites: readonly GraphQLNamedType[];

  constructor(requirements: Requirements, held: HeldClauses) {
    const { schema } = requirements;
    this.composites = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
    for (const type of this.composites) {
      if (isObjectType(type)) this.keep(type, (field) => held.allows(requirements.ofField(type, field)));
    }
    // Selected on an interface, a field needs what it needs on each type that can come back there.
    for (const type of this.composites) {
      if (isInterfaceType(type)) this.keep(type, ({ name }) => schema.getPossibleTypes(type).every((possible) => this.has(possible, name)));
    }
    while (this.drop(schema));
  }

  /** The fields of a type that the caller may use. */
  fieldsOf(type: FieldsType): readonly Field[] {
    return [...(this.fields.get(type)?.values() ?? [])];
  }

  /** False for a type that has nothing left. */
  has(type: GraphQLNamedType, field?: string): boolean {
    if (field === undefined) return !this.empty.has(type);
    return (isObjectType(type) || isInterfaceType(type)) && this.fields.get(type)?.has(field) === true;
  }

  private keep(type: FieldsType, isUsable: (field: Field) => boolean): void {
    this.fields.set(type, new Map(Object.values(type.getFields()).filter(isUsable).map((field) => [field.name, field])));
  }

  /** Drops what leads to nothing; true when there was something. */
  private drop(schema: GraphQLSchema): boolean {
    let dropped = false;
    for (const type of this.composites) {
      if (this.empty.has(type)) continue;
      if (isObjectType(type) || isInterfaceType(type)) dropped = this.dropFields(schema, type) || dropped;
      if (this.isLeft(schema, type)) continue;
      this.empty.add(type);
      dropped = true;
    }
    return dropped;
  }

  private dropFields(schema: GraphQLSchema, type: FieldsType): boolean {
    const fields = this.fields.get(type) as Map<string, Field>;
    const { objects, interfaces } = isInterfaceType(type) ? schema.getImplementations(type) : { objects: [], interfaces: [] };
    const below = [...objects, ...interfaces].filter((each) => this.has(each));
    const before = fields.size;
    for (const { name, type: returned } of fields.values()) {
      if (!this.has(getNamedType(returned)) || !below.every((each) => this.has(each, name))) fields.delete(name);
    }
    return fields.size < before;
  }

  private isLeft(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
    if (isUnionType(type)) return type.getTypes().some((member) => this.has(member));
    if (!isObjectType(type) && !isInterfaceType(type)) return true;
    if (this.fields.get(type)?.size === 0) return false;
    return isObjectType(type) || schema.getPossibleTypes(type).some((possible) => this.has(possible));
  }
}
