import { Kind, type ASTNode, type DefinitionNode, type DocumentNode } from 'graphql';

/** A name that a fragment brings into the schema, and where it stands. */
export interface DefinedName {
  /** `User`, or `User.email` of a field or an enum value. */
  readonly coordinate: string;
  readonly node: ASTNode;
}

/** What a definition brings: the type, unless it extends one, and its fields or values. */
export function namesOf(definition: DefinitionNode): DefinedName[] {
  if (!('name' in definition) || definition.name === undefined) return [];
  const type = definition.name.value;
  const members = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : undefined;
  return [
    ...(isExtension(definition) ? [] : [{ coordinate: type, node: definition }]),
    ...(members ?? []).map((node) => ({ coordinate: `${type}.${node.name.value}`, node })),
  ];
}

/** How errors name a definition. */
export function coordinateOf(definition: DefinitionNode): string {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) return `@${definition.name.value}`;
  return 'name' in definition && definition.name !== undefined ? definition.name.value : 'schema';
}

/** True for `extend …`. */
export function isExtension({ kind }: DefinitionNode): boolean {
  return kind.endsWith('Extension');
}

/** The coordinate of the definition, or of its field or value, that a node of the document stands in. */
export function coordinateAround(document: DocumentNode, node: ASTNode | undefined): string {
  const covers = ({ loc }: ASTNode): boolean => loc !== undefined && node?.loc !== undefined && loc.start <= node.loc.start && node.loc.end <= loc.end;
  const definition = document.definitions.find(covers);
  if (definition === undefined) return 'schema';
  return namesOf(definition).findLast((name) => covers(name.node))?.coordinate ?? coordinateOf(definition);
}
