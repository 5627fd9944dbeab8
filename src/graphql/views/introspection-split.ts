import {
  Kind, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';

/** An operation that introspects, as the two documents that answer it. */
export interface IntrospectionSplit {
  /** Everything else, with `__typename` in place of each introspection, so that the keys of the answer keep their order. */
  readonly others: DocumentNode;
  /** The introspection alone. */
  readonly introspection: DocumentNode;
}

const ROOTS = new Set(['__schema', '__type']);
const known = new WeakMap<OperationDefinitionNode, IntrospectionSplit | 'none' | 'nested'>();

/** True for a field of Query that gives a part of the schema. */
function isIntrospection(node: FieldNode): boolean {
  return ROOTS.has(node.name.value);
}

/**
 * Splits an operation: `none` when it does not introspect, `nested` when it does elsewhere than at its root, which only a schema
 * that returns Query somewhere makes possible. Looked up once per operation.
 */
export function splitIntrospection(document: DocumentNode, operation: OperationDefinitionNode): IntrospectionSplit | 'none' | 'nested' {
  const found = known.get(operation);
  if (found !== undefined) return found;
  const split = new Places(document, operation).split();
  known.set(operation, split);
  return split;
}

/** Where the introspections of an operation stand. */
class Places {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly atRoot = new Set<SelectionSetNode>();
  private readonly below = new Set<SelectionSetNode>();
  private readonly inside = new Set<SelectionSetNode>();
  private found: 'none' | 'root' | 'nested' = 'none';

  constructor(
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
    this.walk(operation.selectionSet, this.atRoot);
  }

  split(): IntrospectionSplit | 'none' | 'nested' {
    return this.found === 'root' ? { others: this.others(), introspection: this.introspection() } : this.found;
  }

  // A fragment may stand at the root, below it, or inside an introspection: it is looked at once for each.
  private walk(selectionSet: SelectionSetNode, level: Set<SelectionSetNode>): void {
    if (level.has(selectionSet)) return;
    level.add(selectionSet);
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) this.walk(selection.selectionSet, level);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) this.walkFragment(selection.name.value, level);
      else this.walkField(selection, level);
    }
  }

  private walkFragment(name: string, level: Set<SelectionSetNode>): void {
    const fragment = this.fragments.get(name);
    if (fragment !== undefined) this.walk(fragment.selectionSet, level);
  }

  private walkField(node: FieldNode, level: Set<SelectionSetNode>): void {
    const isFound = isIntrospection(node);
    if (isFound && level === this.below) this.found = 'nested';
    if (isFound && this.found === 'none') this.found = 'root';
    if (node.selectionSet !== undefined) this.walk(node.selectionSet, isFound || level === this.inside ? this.inside : this.below);
  }

  private others(): DocumentNode {
    return visit(this.document(), {
      Field: (node): FieldNode | undefined =>
        (isIntrospection(node) ? { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' }, alias: node.alias ?? node.name, directives: node.directives, loc: node.loc } : undefined),
    });
  }

  private introspection(): DocumentNode {
    const used = new Set<string>();
    const document: DocumentNode = visit(this.document(), {
      // Of the fragments, those at the root are cut like it; those inside stay whole; the others serve the other fields.
      FragmentDefinition: ({ selectionSet }) => (this.atRoot.has(selectionSet) ? undefined : this.inside.has(selectionSet) ? false : null),
      Field: (node) => (isIntrospection(node) ? false : null),
    });
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION || definition.kind === Kind.OPERATION_DEFINITION) visit(definition.selectionSet, { Variable: ({ name }) => void used.add(name.value) });
    }
    // Types of the other variables may be absent from the view.
    return visit(document, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null) });
  }

  private document(): DocumentNode {
    return { kind: Kind.DOCUMENT, definitions: [this.operation, ...this.fragments.values()] };
  }
}
