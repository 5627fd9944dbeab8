import {
  getArgumentValues, GraphQLError, isObjectType, Kind, specifiedScalarTypes, visit, type ASTNode, type DefinitionNode, type DocumentNode, type GraphQLSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { coordinateAround, coordinateOf, isExtension, namesOf } from './fragment-coordinates.js';
import type { ParsedFragment } from './parse-fragments.js';
import type { FragmentProblem } from './schema-fragment.js';

/** Finds what fragments define that they may not: directives, a schema block, and anything that exists. */
export function forbiddenDefinitions(core: GraphQLSchema, fragments: readonly ParsedFragment[]): FragmentProblem[] {
  const owners = new Map<string, string>();
  return fragments.flatMap(({ name: fragment, document }) => document.definitions.flatMap((definition): FragmentProblem[] => {
    const refusal = refusalOf(definition);
    if (refusal !== undefined) return [{ fragment, coordinate: coordinateOf(definition), message: refusal }];
    return namesOf(definition).flatMap(({ coordinate }) => {
      const owner = existsIn(core, coordinate) ? 'the core schema' : owners.get(coordinate);
      owners.set(coordinate, `the fragment ${fragment}`);
      return owner === undefined ? [] : [{ fragment, coordinate, message: `exists in ${owner}` }];
    });
  }));
}

function refusalOf(definition: DefinitionNode): string | undefined {
  switch (definition.kind) {
    case Kind.DIRECTIVE_DEFINITION:
      return 'a fragment may not define directives';
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      return 'a fragment may not have a schema block';
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      return 'is no definition of a type';
    case Kind.OBJECT_TYPE_EXTENSION:
      return (definition.directives?.length ?? 0) + (definition.interfaces?.length ?? 0) === 0 ? undefined : 'an extension may add nothing but fields';
    default:
      return isExtension(definition) ? 'only object types may be extended' : undefined;
  }
}

function existsIn(core: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', member] = coordinate.split('.');
  const type = core.getType(typeName);
  if (member === undefined) return type !== undefined || specifiedScalarTypes.some(({ name }) => name === typeName);
  return isObjectType(type) && type.getFields()[member] !== undefined;
}

/** Finds SDL that is not valid on top of the core schema: unknown types and directives, wrong arguments of directives. */
export function invalidDefinitions(core: GraphQLSchema, fragments: readonly ParsedFragment[], whole: DocumentNode): FragmentProblem[] {
  const errors = [...validateSDL(whole, core)];
  return located(fragments, errors.length > 0 ? errors : wrongDirectiveArguments(core, whole));
}

function wrongDirectiveArguments(core: GraphQLSchema, whole: DocumentNode): GraphQLError[] {
  const errors: GraphQLError[] = [];
  visit(whole, {
    Directive(node) {
      const directive = core.getDirective(node.name.value);
      try {
        if (directive) getArgumentValues(directive, node);
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        errors.push(error);
      }
    },
  });
  return errors;
}

/** Errors of the library as problems of the fragments that their nodes stand in. */
export function located(fragments: readonly ParsedFragment[], errors: readonly GraphQLError[]): FragmentProblem[] {
  return errors.map(({ message, nodes }) => {
    const fragment = nodes?.map((node) => ({ node, holder: holderOf(fragments, node) })).find(({ holder }) => holder !== undefined);
    return { fragment: fragment?.holder?.name ?? '', coordinate: fragment?.holder === undefined ? 'schema' : coordinateAround(fragment.holder.document, fragment.node), message };
  });
}

function holderOf(fragments: readonly ParsedFragment[], { loc }: ASTNode): ParsedFragment | undefined {
  return fragments.find(({ document }) => document.loc?.source === loc?.source && loc !== undefined);
}
