import { Kind, type FragmentDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

interface Size {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields, each fragment counted where it is spread. */
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, fields: 0 };

/** Measures selection sets through their fragments; each is measured once. Introspection is left to its own rule. */
export class OperationSize {
  private readonly known = new Map<SelectionSetNode, Size>();

  constructor(private readonly fragment: (name: string) => FragmentDefinitionNode | null | undefined) {}

  of(selectionSet: SelectionSetNode | undefined): Size {
    if (selectionSet === undefined) return NOTHING;
    const known = this.known.get(selectionSet);
    if (known !== undefined) return known;
    // A cycle of fragments ends here; another rule refuses it.
    this.known.set(selectionSet, NOTHING);
    let size = NOTHING;
    for (const selection of selectionSet.selections) {
      const { depth, fields } = this.ofSelection(selection);
      size = { depth: Math.max(size.depth, depth), fields: size.fields + fields };
    }
    this.known.set(selectionSet, size);
    return size;
  }

  private ofSelection(selection: SelectionNode): Size {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.of(this.fragment(selection.name.value)?.selectionSet);
    if (selection.name.value.startsWith('__')) return NOTHING;
    const { depth, fields } = this.of(selection.selectionSet);
    return { depth: depth + 1, fields: fields + 1 };
  }
}
