import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver, isInterfaceType, isObjectType, isUnionType, type GraphQLFieldConfig, type GraphQLFieldResolver, type GraphQLObjectType,
  type GraphQLResolveInfo, type GraphQLSchema,
} from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { GuardSession } from './guard-session.js';
import { guardStream } from './guard-stream.js';
import { abstractParents } from './lexical-parents.js';
import { Requirements } from './read-requirements.js';
import { allOf, type Requirement } from './requirement.js';
import { unauthorized } from './unauthorized.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Wraps the resolver of every field that needs something; nothing reaches a guarded resolver around it. */
export function guardSchema(raw: GraphQLSchema): GraphQLSchema {
  const requirements = new Requirements(raw);
  const subscriptionName = raw.getSubscriptionType()?.name;
  return mapSchema(raw, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const parent = raw.getType(typeName) as GraphQLObjectType;
      const field = parent.getFields()[fieldName];
      if (field === undefined || fieldName.startsWith('__')) return config;
      const requirement = requirements.ofField(parent, field);
      const abstracts = abstractsWithMore(raw, requirements, parent, fieldName, requirement);
      if (requirement.length === 0 && abstracts.length === 0) return config;
      return guardField(config as GraphQLFieldConfig<unknown, RequestContext>, requirement, abstracts.length > 0 ? requirements : undefined, typeName === subscriptionName);
    },
  });
}

// Interfaces and unions on which the field needs more than on this type: only their fields pay for the look at the selection.
function abstractsWithMore(schema: GraphQLSchema, requirements: Requirements, parent: GraphQLObjectType, fieldName: string, own: Requirement): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => (isInterfaceType(type) || isUnionType(type)) && schema.isSubType(type, parent))
    .filter((type) => requirements.ofAbstractField(type.name, fieldName).some((clause) => !own.includes(clause)))
    .map(({ name }) => name);
}

function guardField(
  config: GraphQLFieldConfig<unknown, RequestContext>,
  requirement: Requirement,
  requirements: Requirements | undefined,
  isSubscription: boolean,
): GraphQLFieldConfig<unknown, RequestContext> {
  const needs = (info: GraphQLResolveInfo): Requirement => (requirements === undefined ? requirement : allOf(requirement, ...selectedOnAbstract(requirements, info)));
  const guarded = (next: Resolver): Resolver => (source, args, context, info) => {
    const isMutation = info.operation.operation === 'mutation' && info.path.prev === undefined;
    const allowed = GuardSession.of(context).allows(needs(info), { source, args, isMutation });
    if (allowed === true) return next(source, args, context, info);
    if (allowed === false) throw unauthorized();
    return allowed.then((decided) => {
      if (!decided) throw unauthorized();
      return next(source, args, context, info);
    });
  };
  if (!isSubscription) return { ...config, resolve: guarded(config.resolve ?? defaultFieldResolver) };
  const subscribe = config.subscribe ?? defaultFieldResolver;
  return {
    ...config,
    subscribe: guarded(async (source, args, context, info) => {
      const stream = (await subscribe(source, args, context, info)) as AsyncIterable<unknown>;
      return guardStream(stream, context, () => GuardSession.of(context).allows(needs(info), { source, args, isMutation: false }));
    }),
  };
}

function selectedOnAbstract(requirements: Requirements, info: GraphQLResolveInfo): Requirement[] {
  const parents = abstractParents(info);
  return info.fieldNodes.flatMap((node) => {
    const parent = parents.get(node);
    return parent === undefined ? [] : [requirements.ofAbstractField(parent, info.fieldName)];
  });
}

/** True when a type is an object type of the schema that is not an introspection type. */
export function isOwnObjectType(type: unknown): type is GraphQLObjectType {
  return isObjectType(type) && !type.name.startsWith('__');
}
