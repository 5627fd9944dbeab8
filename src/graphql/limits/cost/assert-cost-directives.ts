import {
  getNamedType, getNullableType, GraphQLInt, isInterfaceType, isListType, isObjectType, type GraphQLField, type GraphQLInterfaceType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema,
} from 'graphql';
import { PolityError } from '../../../kernel/errors/index.js';
import { readListSize, type ListSize } from './list-size.js';
import { inputsAlong } from './slice.js';

/** @throws PolityError `CAPABILITY_INVALID` naming each field whose `@listSize` says what cannot be. */
export function assertCostDirectives(schema: GraphQLSchema): void {
  const problems = Object.values(schema.getTypeMap()).filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')).flatMap((type) => Object.values((type as GraphQLObjectType | GraphQLInterfaceType).getFields()).flatMap((field) => {
    const listSize = readListSize(schema, field);
    return listSize === undefined ? [] : problemsOf(listSize, field).map((problem) => `@listSize of ${type.name}.${field.name}: ${problem}`);
  }));
  if (problems.length > 0) throw new PolityError('CAPABILITY_INVALID', problems.join('\n'));
}

function problemsOf({ assumedSize, slicingArguments, sizedFields }: ListSize, field: GraphQLField<unknown, unknown>): string[] {
  return [
    ...(assumedSize !== undefined && assumedSize < 0 ? [`assumedSize must not be negative, not ${assumedSize}`] : []),
    ...slicingArguments.flatMap((path) => slicingProblem(path, field)),
    ...sizedFieldProblems(sizedFields, field),
  ];
}

function slicingProblem(path: string, field: GraphQLField<unknown, unknown>): string[] {
  const inputs = inputsAlong(path, field);
  const leaf = inputs.at(-1);
  if (leaf === undefined || inputs.length !== path.split('.').length) return [`there is no argument ${path}`];
  // A path goes through input objects, of which a list would hold several.
  if (inputs.slice(0, -1).some(({ type }) => isListType(getNullableType(type)))) return [`the argument ${path} is inside a list`];
  const type = getNullableType(leaf.type);
  return isListType(type) || type === GraphQLInt ? [] : [`the argument ${path} is neither an Int nor a list`];
}

function sizedFieldProblems(names: readonly string[], field: GraphQLField<unknown, unknown>): string[] {
  if (names.length === 0) return isList(field.type) ? [] : ['the field is no list and names no sizedFields'];
  if (isList(field.type)) return ['the field is a list itself and cannot have sizedFields'];
  const type = getNamedType(field.type);
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  return names.flatMap((name) => {
    const sized = fields[name];
    if (sized === undefined) return [`${type.name} has no field ${name}`];
    return isList(sized.type) ? [] : [`${type.name}.${name} is no list`];
  });
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}
