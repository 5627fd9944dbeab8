import {
  isAbstractType, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isRequiredArgument, isRequiredInputField, isScalarType,
  type GraphQLArgument, type GraphQLEnumType, type GraphQLField, type GraphQLInputField, type GraphQLInputObjectType, type GraphQLInterfaceType, type GraphQLNamedType,
  type GraphQLObjectType, type GraphQLScalarType, type GraphQLSchema,
} from 'graphql';
import { Requirements } from '../directives/index.js';

type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Schema coordinates of a schema whose meaning is another one in the schema that takes its place: what is gone, has another type,
 * other guards or other code behind it. What was only added is no change for those who did not know it, except where it can come back
 * to them: a type that joins a union or interface, a value that joins an enum.
 *
 * @param before - both schemas without the guards around their resolvers, which are made anew with each composition
 */
export function changedCoordinates(before: GraphQLSchema, after: GraphQLSchema): ReadonlySet<string> {
  return new Comparison(before, after).changed();
}

class Comparison {
  private readonly requirementsBefore: Requirements;
  private readonly requirementsAfter: Requirements;

  constructor(
    private readonly before: GraphQLSchema,
    private readonly after: GraphQLSchema,
  ) {
    this.requirementsBefore = Requirements.of(before);
    this.requirementsAfter = Requirements.of(after);
  }

  changed(): ReadonlySet<string> {
    if (this.before === this.after) return new Set();
    return new Set(Object.values(this.before.getTypeMap()).flatMap((type) => (isIntrospectionType(type) ? [] : this.ofType(type, this.after.getType(type.name)))));
  }

  private ofType(type: GraphQLNamedType, next: GraphQLNamedType | undefined): string[] {
    if (next === undefined || next.constructor !== type.constructor) return [type.name];
    if (isScalarType(type)) return isSameScalar(type, next as GraphQLScalarType) ? [] : [type.name];
    if (isEnumType(type)) return isSameEnum(type, next as GraphQLEnumType) ? [] : [type.name];
    if (isInputObjectType(type)) return ofInput(type, next as GraphQLInputObjectType);
    return [
      ...(isAbstractType(type) && !this.bringsTheSame(type, next) ? [type.name] : []),
      ...(isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()).flatMap((field) => this.ofField(type, next as FieldsType, field)) : []),
    ];
  }

  private bringsTheSame(type: Parameters<GraphQLSchema['getPossibleTypes']>[0], next: GraphQLNamedType): boolean {
    const namesIn = (schema: GraphQLSchema, abstract: typeof type): string => schema.getPossibleTypes(abstract).map(({ name }) => name).toSorted().join(' ');
    return type.resolveType === (next as typeof type).resolveType && namesIn(this.before, type) === namesIn(this.after, next as typeof type);
  }

  private ofField(type: FieldsType, nextType: FieldsType, field: GraphQLField<unknown, unknown>): string[] {
    const coordinate = `${type.name}.${field.name}`;
    const next = nextType.getFields()[field.name];
    if (next === undefined || !this.isSameField(type, nextType, field, next)) return [coordinate];
    return field.args.flatMap((argument) => (isSameInput(argument, next.args.find(({ name }) => name === argument.name)) ? [] : [`${coordinate}(${argument.name}:)`]));
  }

  private isSameField(type: FieldsType, nextType: FieldsType, field: GraphQLField<unknown, unknown>, next: GraphQLField<unknown, unknown>): boolean {
    if (String(field.type) !== String(next.type) || field.resolve !== next.resolve || field.subscribe !== next.subscribe) return false;
    const known = new Set(field.args.map(({ name }) => name));
    if (next.args.some((argument) => isRequiredArgument(argument) && !known.has(argument.name))) return false;
    if (!isObjectType(type) || !isObjectType(nextType)) return true;
    const needed = this.requirementsBefore.ofField(type, field);
    const neededNext = this.requirementsAfter.ofField(nextType, next);
    return needed.length === neededNext.length && needed.every((clause, index) => clause === neededNext[index]);
  }
}

function isSameScalar({ serialize, parseValue }: GraphQLScalarType, next: GraphQLScalarType): boolean {
  return serialize === next.serialize && parseValue === next.parseValue;
}

function isSameEnum(type: GraphQLEnumType, next: GraphQLEnumType): boolean {
  const values = next.getValues();
  return values.length === type.getValues().length && values.every(({ name, value }) => Object.is(type.getValue(name)?.value, value));
}

function ofInput(type: GraphQLInputObjectType, next: GraphQLInputObjectType): string[] {
  const fields = type.getFields();
  const nextFields = next.getFields();
  const asksForMore = type.isOneOf !== next.isOneOf || Object.values(nextFields).some((field) => isRequiredInputField(field) && fields[field.name] === undefined);
  return [...(asksForMore ? [type.name] : []), ...Object.values(fields).flatMap((field) => (isSameInput(field, nextFields[field.name]) ? [] : [`${type.name}.${field.name}`]))];
}

function isSameInput(input: GraphQLArgument | GraphQLInputField, next: GraphQLArgument | GraphQLInputField | undefined): boolean {
  return next !== undefined && String(input.type) === String(next.type) && JSON.stringify(input.defaultValue) === JSON.stringify(next.defaultValue);
}
