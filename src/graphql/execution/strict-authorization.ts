import { GraphQLError, Kind, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { GuardSession, SelectionRequirements, UNAUTHORIZED } from '../directives/index.js';

/** The error that refuses an operation in strict mode, naming what is denied; undefined when it may run. */
export function strictRefusal(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, context: RequestContext): GraphQLError | undefined {
  const coordinates = deniedCoordinates(schema, document, operation, context);
  if (coordinates.length === 0) return undefined;
  return new GraphQLError('Unauthorized field or type', { extensions: { code: UNAUTHORIZED, coordinates, http: { status: 200 } } });
}

/**
 * Coordinates (`Type.field`) of an operation that the caller's own rights deny, found before anything runs, whatever `@skip` and
 * `@include` say. In strict mode one of them refuses the whole operation. Guards that need an object (`@can`) are decided while it
 * runs.
 */
export function deniedCoordinates(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, context: RequestContext): string[] {
  const session = GuardSession.of(context);
  const fragments = fragmentsOf(document);
  const needed = SelectionRequirements.of(schema).of(operation, fragments);
  const denied = new Set<string>();
  const types = new TypeInfo(schema);
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, visitWithTypeInfo(types, {
      Field(node) {
        // Only what the operation reaches has a requirement.
        if (needed.get(node)?.every((clause) => session.callerAllows(clause)) === false) denied.add(`${types.getParentType()?.name}.${node.name.value}`);
      },
    }));
  }
  return [...denied];
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  return Object.fromEntries(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
}
