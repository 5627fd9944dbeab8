import { Kind, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

const ABOUT_THE_SCHEMA = new Set(['__schema', '__type', '__typename']);

/** True for an operation that asks for the schema and for nothing else. */
export function isIntrospectionOnly(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = new Map(document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
  const seen = new Set<SelectionSetNode>();
  const only = (selectionSet: SelectionSetNode | undefined): boolean => {
    if (selectionSet === undefined || seen.has(selectionSet)) return true;
    seen.add(selectionSet);
    return selectionSet.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return ABOUT_THE_SCHEMA.has(selection.name.value);
      return only(selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet);
    });
  };
  return operation.operation === 'query' && only(operation.selectionSet);
}
