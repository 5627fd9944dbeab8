import { getDirective } from '@graphql-tools/utils';
import { Kind, type DocumentNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { Requirements } from '../directives/index.js';
import { namesOf } from './fragment-coordinates.js';
import type { ParsedFragment } from './parse-fragments.js';
import type { FragmentProblem } from './schema-fragment.js';

/** Finds resolvers of what their fragment does not define, and root fields without one. */
export function wrongResolvers(core: GraphQLSchema, fragments: readonly ParsedFragment[]): FragmentProblem[] {
  return fragments.flatMap(({ name: fragment, document, resolvers }) => {
    const defined = new Set(document.definitions.flatMap((definition) => namesOf(definition).map(({ coordinate }) => coordinate)));
    const scalars = new Set(document.definitions.flatMap((definition) => (definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [])));
    const owns = (type: string, member: string): boolean => defined.has(`${type}.${member}`) || scalars.has(type) || (member.startsWith('__') && defined.has(type));
    const foreign = Object.entries(resolvers).flatMap(([type, members]) => Object.keys(members).filter((member) => !owns(type, member)).map((member) => `${type}.${member}`));
    const bare = addedRootFields(core, document).filter(([type, field]) => resolvers[type]?.[field] === undefined).map((names) => names.join('.'));
    return [
      ...foreign.map((coordinate) => ({ fragment, coordinate, message: 'has a resolver, and the fragment does not define it' })),
      ...bare.map((coordinate) => ({ fragment, coordinate, message: 'has no resolver' })),
    ];
  });
}

/** Finds root fields that say neither who may use them nor that everybody may, or say both. */
export function wrongGuards(extended: GraphQLSchema, fragments: readonly ParsedFragment[]): FragmentProblem[] {
  const requirements = Requirements.of(extended);
  return fragments.flatMap(({ name: fragment, document }) => addedRootFields(extended, document).flatMap(([typeName, fieldName]) => {
    const type = extended.getType(typeName) as GraphQLObjectType;
    const field = type.getFields()[fieldName];
    if (field === undefined) return [];
    const isGuarded = requirements.ofField(type, field).length > 0;
    const isPublic = getDirective(extended, field, 'public') !== undefined;
    if (isGuarded !== isPublic) return [];
    return [{ fragment, coordinate: `${typeName}.${fieldName}`, message: isGuarded ? 'is guarded and public' : 'has no guard and is not @public' }];
  }));
}

function addedRootFields(schema: GraphQLSchema, document: DocumentNode): (readonly [type: string, field: string])[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name);
  return document.definitions.flatMap(namesOf).map(({ coordinate }) => coordinate.split('.')).flatMap(([type = '', field]) =>
    (field !== undefined && roots.includes(type) ? [[type, field] as const] : []));
}
