import { Kind, type OperationDefinitionNode } from 'graphql';

/** True for an operation that does nothing but sign in. The throttle of sign-ins holds it: nobody who floods an address may lock out those who want to sign in there. */
export function onlySignsIn({ operation, selectionSet }: OperationDefinitionNode): boolean {
  return operation === 'mutation' && selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value === 'signIn');
}
