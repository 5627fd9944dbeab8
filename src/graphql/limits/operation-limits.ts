import { GraphQLError, Kind, type ASTNode, type ASTVisitor, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';
import { OperationSize } from './operation-size.js';

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

/** Most fields of an operation with every fragment written out: fragments in fragments grow like powers of two. */
export const MOST_SELECTED_FIELDS = 10_000;

/** A document can be wrong in many places; an answer that lists them all only amplifies a hostile one. */
export const MOST_REQUEST_ERRORS = 5;

/** Validation rules that refuse an operation before anything of it runs. */
export function operationLimits(limits: OperationLimits): ValidationRule[] {
  return [
    counting('aliases', limits.maxAliases, (node) => node.kind === Kind.FIELD && node.alias !== undefined),
    counting('directives', limits.maxDirectives, (node) => node.kind === Kind.DIRECTIVE),
    repetitions,
    size(limits.maxDepth),
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
    SelectionSet(node, _key, parent) {
      // A fragment without a name is a part of the selection set that it stands in.
      if (parent !== undefined && 'kind' in parent && parent.kind === Kind.INLINE_FRAGMENT) return;
      countRepetitions(context, node, new Map());
    },
  };
}

// What is selected of different types is no repetition: of one object it is answered once.
function countRepetitions(context: ValidationContext, { selections }: SelectionSetNode, seen: Map<string, number>, type = ''): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) countRepetitions(context, selection.selectionSet, seen, selection.typeCondition?.name.value ?? type);
    if (selection.kind === Kind.INLINE_FRAGMENT) continue;
    const key = selection.kind === Kind.FIELD ? `${type} ${selection.alias?.value ?? selection.name.value}` : `...${selection.name.value}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (times === MOST_REPETITIONS + 1) refuse(context, `A field may be repeated at most ${MOST_REPETITIONS} times.`, selection);
  }
}

function size(maxDepth: number): ValidationRule {
  return (context) => {
    const sizes = new OperationSize((name) => context.getFragment(name));
    return {
      OperationDefinition(node) {
        const { depth, fields } = sizes.of(node.selectionSet);
        if (depth > maxDepth) refuse(context, `An operation may nest fields at most ${maxDepth} levels deep.`, node);
        if (fields > MOST_SELECTED_FIELDS) refuse(context, `An operation may select at most ${MOST_SELECTED_FIELDS} fields.`, node);
      },
    };
  };
}

function refuse(context: ValidationContext, message: string, node: ASTNode): void {
  context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }));
}
