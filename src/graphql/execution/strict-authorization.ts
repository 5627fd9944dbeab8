import { getNamedType, isInterfaceType, isObjectType, Kind, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { GuardSession, Requirements, type Clause } from '../directives/index.js';

const requirementsOf = new WeakMap<GraphQLSchema, Requirements>();

/**
 * Coordinates (`Type.field`) of an operation that the caller's own rights deny, found before anything runs. In strict mode one of
 * them refuses the whole operation. Guards that need an object (`@can`) are decided while it runs.
 */
export function deniedCoordinates(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, context: RequestContext): string[] {
  const requirements = requirementsOf.get(schema) ?? new Requirements(schema);
  requirementsOf.set(schema, requirements);
  const session = GuardSession.of(context);
  const denied = new Set<string>();
  const types = new TypeInfo(schema);
  const reachable = reachableDefinitions(document, operation);
  for (const definition of reachable) {
    visit(definition, visitWithTypeInfo(types, {
      Field(node) {
        const parent = getNamedType(types.getParentType());
        const field = types.getFieldDef();
        if (field === null || field === undefined || parent === undefined) return;
        const clauses = isObjectType(parent) ? requirements.ofField(parent, field) : isInterfaceType(parent) ? requirements.ofAbstractField(parent.name, field.name) : [];
        const refuses = (clause: Clause): boolean => clause.kind !== 'can' && !session.callerAllows(clause);
        if (clauses.some(refuses)) denied.add(`${parent.name}.${node.name.value}`);
      },
    }));
  }
  return [...denied];
}

function reachableDefinitions(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode['definitions'][number][] {
  const fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [])));
  const found: DocumentNode['definitions'][number][] = [operation];
  for (const definition of found) {
    visit(definition, {
      FragmentSpread(node) {
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined && !found.includes(fragment)) found.push(fragment);
      },
    });
  }
  return found;
}
