import { GraphQLError, Kind, type ASTNode, type ASTVisitor, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';

/** How large one operation may be. */
export interface OperationLimits {
  /** Deepest nesting of fields, through fragments. */
  readonly maxDepth: number;
  /** Most aliases in the document. */
  readonly maxAliases: number;
  /** Most directives in the document. */
  readonly maxDirectives: number;
}

/** Most times that one field may stand in one selection set: repeating it only costs. */
export const MOST_REPETITIONS = 20;

/** Validation rules that refuse an operation before anything of it runs. */
export function operationLimits(limits: OperationLimits): ValidationRule[] {
  return [
    counting('aliases', limits.maxAliases, (node) => node.kind === Kind.FIELD && node.alias !== undefined),
    counting('directives', limits.maxDirectives, (node) => node.kind === Kind.DIRECTIVE),
    repetitions,
    depth(limits.maxDepth),
  ];
}

function counting(name: string, most: number, counts: (node: ASTNode) => boolean): ValidationRule {
  return (context) => {
    let found = 0;
    return {
      enter(node) {
        if (counts(node) && ++found === most + 1) refuse(context, `An operation may have at most ${most} ${name}.`, node);
      },
    };
  };
}

function repetitions(context: ValidationContext): ASTVisitor {
  return {
    SelectionSet(node) {
      const seen = new Map<string, number>();
      for (const selection of node.selections) {
        if (selection.kind !== Kind.FIELD) continue;
        const key = selection.alias?.value ?? selection.name.value;
        const times = (seen.get(key) ?? 0) + 1;
        seen.set(key, times);
        if (times === MOST_REPETITIONS + 1) refuse(context, `A field may be repeated at most ${MOST_REPETITIONS} times.`, selection);
      }
    },
  };
}

function depth(most: number): ValidationRule {
  return (context) => {
    const depths = new DepthOfDocument(context.getDocument());
    return {
      OperationDefinition(node) {
        // Introspection is deep by nature and bounded by its own rule.
        if (depths.of(node.selectionSet) > most) refuse(context, `An operation may nest fields at most ${most} levels deep.`, node);
      },
    };
  };
}

class DepthOfDocument {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly known = new Map<SelectionSetNode, number>();

  constructor(document: DocumentNode) {
    this.fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
  }

  /** Deepest nesting below a selection set; a cycle of fragments counts once, another rule refuses it. */
  of(selectionSet: SelectionSetNode): number {
    const known = this.known.get(selectionSet);
    if (known !== undefined) return known;
    this.known.set(selectionSet, 0);
    let deepest = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value.startsWith('__')) continue;
        deepest = Math.max(deepest, 1 + (selection.selectionSet === undefined ? 0 : this.of(selection.selectionSet)));
      } else {
        const target = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : this.fragments.get(selection.name.value)?.selectionSet;
        deepest = Math.max(deepest, target === undefined ? 0 : this.of(target));
      }
    }
    this.known.set(selectionSet, deepest);
    return deepest;
  }
}

function refuse(context: ValidationContext, message: string, node: ASTNode): void {
  context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }));
}
