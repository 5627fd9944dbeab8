import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver, locatedError, responsePathAsArray, type GraphQLField, type GraphQLFieldConfig, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { GuardSession } from './guard-session.js';
import { guardStream } from './guard-stream.js';
import { locateErrors } from './locate-errors.js';
import { Requirements } from './read-requirements.js';
import { dependsOnCallerOnly, type Requirement } from './requirement.js';
import { SelectionRequirements } from './selection-requirements.js';
import { unauthorized } from './unauthorized.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type FieldConfig = GraphQLFieldConfig<unknown, RequestContext>;
type IsAllowed = (source: unknown, args: Record<string, unknown>, context: RequestContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

/** What happens to a field before its guard is put around it. */
export type PrepareField = (config: FieldConfig, typeName: string) => FieldConfig;

/** What a guard was put around, for those who decide it in another way: once for a whole operation. */
export interface FieldGuard {
  readonly requirement: Requirement;
  /** Asked as well when the field may need more where it is selected. */
  readonly selections: SelectionRequirements | undefined;
  /** The resolver without its guard; undefined for the property of the field's name. Never to be called before the guard was decided. */
  readonly resolve: Resolver | undefined;
}

const guards = new WeakMap<Resolver, FieldGuard>();

/** The guard of a field of a guarded schema, for a stream that of its events; undefined for fields that are open. */
export function guardOf({ resolve }: GraphQLField<unknown, unknown>): FieldGuard | undefined {
  return resolve === undefined ? undefined : guards.get(resolve as Resolver);
}

/**
 * Wraps the resolver of every field that needs something, and the stream of every subscription; nothing reaches a guarded resolver
 * around it. Errors of all resolvers get their place in the answer.
 */
export function guardSchema(raw: GraphQLSchema, prepare: PrepareField = (config) => config): GraphQLSchema {
  const requirements = Requirements.of(raw);
  const selections = new SelectionRequirements(requirements);
  const subscription = raw.getSubscriptionType();
  return mapSchema(raw, {
    [MapperKind.OBJECT_FIELD]: (declared: FieldConfig, fieldName, typeName) => {
      const config = prepare(declared, typeName);
      const parent = raw.getType(typeName) as GraphQLObjectType;
      const field = parent.getFields()[fieldName];
      if (field === undefined) return config;
      const requirement = requirements.ofField(parent, field);
      const dependsOnSelection = needsMoreOnInterface(requirements, parent, fieldName, requirement);
      const isStream = parent === subscription;
      const resolve = config.resolve === undefined ? defaultFieldResolver : locateErrors(config.resolve as Resolver);
      if (requirement.length === 0 && !dependsOnSelection && !isStream) return config.resolve === undefined ? config : { ...config, resolve };
      const isAllowed = decider(requirement, dependsOnSelection ? selections : undefined);
      const wrapped = guarded(resolve, isAllowed);
      guards.set(wrapped, { requirement, selections: dependsOnSelection ? selections : undefined, resolve: config.resolve === undefined ? undefined : resolve });
      return isStream ? guardSubscription({ ...(config as FieldConfig), resolve: wrapped }, isAllowed) : { ...config, resolve: wrapped };
    },
  });
}

// Only fields that need more on an interface than on their own type pay for the look at the selection.
function needsMoreOnInterface(requirements: Requirements, parent: GraphQLObjectType, fieldName: string, own: Requirement): boolean {
  return parent.getInterfaces().some((type) => type.getFields()[fieldName] !== undefined && requirements.schema.getPossibleTypes(type).some((sibling) => {
    const field = sibling.getFields()[fieldName];
    return field !== undefined && requirements.ofField(sibling, field).some((clause) => dependsOnCallerOnly(clause) && !own.includes(clause));
  }));
}

function decider(requirement: Requirement, selections: SelectionRequirements | undefined): IsAllowed {
  return (source, args, context, info) => {
    const session = GuardSession.of(context);
    const isMutation = info.operation.operation === 'mutation' && info.path.prev === undefined;
    if (isMutation) session.beginMutation();
    const isSelectable = selections === undefined || selectionAllowed(selections, session, info);
    const allowed = isSelectable && session.allows(requirement, { source, args, isMutation });
    return session.recorder === undefined ? allowed : session.recorder.record(info, allowed);
  };
}

// The same field may be asked for by several selections of one object; it comes back when one of them may have it.
function selectionAllowed(selections: SelectionRequirements, session: GuardSession, info: GraphQLResolveInfo): boolean {
  const needed = selections.of(info.operation, info.fragments);
  return info.fieldNodes.some((node) => needed.get(node)?.every((clause) => session.callerAllows(clause)) === true);
}

function guarded(resolve: Resolver, isAllowed: IsAllowed): Resolver {
  return (source, args, context, info) => {
    const allowed = isAllowed(source, args, context, info);
    if (allowed === true) return resolve(source, args, context, info);
    if (allowed === false) throw unauthorized();
    return onceAllowed(allowed, () => resolve(source, args, context, info));
  };
}

async function onceAllowed(allowed: Promise<boolean>, resolve: () => unknown): Promise<unknown> {
  if (!(await allowed)) throw unauthorized();
  return resolve();
}

// `resolve` is guarded as well: an executor that knows no subscriptions would call it as a plain field.
function guardSubscription(config: FieldConfig, isAllowed: IsAllowed): FieldConfig {
  const subscribe = guarded(locateErrors(config.subscribe ?? defaultFieldResolver), isAllowed);
  return {
    ...config,
    subscribe: async (source, args, context, info) => {
      const stream: unknown = await subscribe(source, args, context, info);
      if (!isAsyncIterable(stream)) return stream;
      return guardStream(stream, {
        context,
        stillAllowed: () => isAllowed(source, args, context, info),
        denial: () => locatedError(unauthorized(), info.fieldNodes, responsePathAsArray(info.path)),
      });
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
