import { BREAK, GraphQLError, Kind, visit, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { isAuthenticated, type RequestContext } from '../../system/shared/contracts/index.js';

/** Deepest nesting of an introspection: the standard query wraps types ten levels deep below the arguments of a field. */
const DEEPEST_INTROSPECTION = 20;
/** Most lists of the schema inside each other: the types of arguments and fields of a type are two. */
const MOST_NESTED_LISTS = 2;
const LISTS = new Set(['fields', 'inputFields', 'interfaces', 'possibleTypes']);
const ROOTS = new Set(['__schema', '__type']);

const introspecting = new WeakMap<DocumentNode, boolean>();

/** True when a document selects `__schema` or `__type`. Looked up once per document: parsed ones are kept and come again. */
export function introspects(document: DocumentNode): boolean {
  const known = introspecting.get(document);
  if (known !== undefined) return known;
  const found = selectsRoots(document);
  introspecting.set(document, found);
  return found;
}

function selectsRoots(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      if (!ROOTS.has(node.name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The error of an introspection that the caller may not have; says no more than a validation error would. */
export function introspectionRefused(): GraphQLError {
  return new GraphQLError('Introspection is not available to this caller.', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });
}

/** @throws GraphQLError for an introspection that the caller may not have, or that only makes the answer explode. */
export function assertIntrospection(document: DocumentNode, context: RequestContext, anonymousAllowed: boolean): void {
  if (!introspects(document)) return;
  if (isCircularIntrospection(document) || (!anonymousAllowed && !isAuthenticated(context.caller))) throw introspectionRefused();
}

/** True when an introspection nests lists of the schema into each other, or types into types, beyond what any tool needs. */
export function isCircularIntrospection(document: DocumentNode): boolean {
  const nesting = new Nesting(document);
  let circular = false;
  visit(document, {
    Field(node) {
      if (!ROOTS.has(node.name.value) || node.selectionSet === undefined) return undefined;
      const { levels, lists } = nesting.of(node.selectionSet);
      circular = levels + 1 > DEEPEST_INTROSPECTION || lists > MOST_NESTED_LISTS;
      return circular ? BREAK : false;
    },
  });
  return circular;
}

interface Depth {
  readonly levels: number;
  readonly lists: number;
}

const FLAT: Depth = { levels: 0, lists: 0 };

// Through fragments, each measured once.
class Nesting {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly known = new Map<SelectionSetNode, Depth>();

  constructor(document: DocumentNode) {
    this.fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
  }

  of(selectionSet: SelectionSetNode | undefined): Depth {
    if (selectionSet === undefined) return FLAT;
    const known = this.known.get(selectionSet);
    if (known !== undefined) return known;
    // A cycle ends here; validation refuses it.
    this.known.set(selectionSet, FLAT);
    const inside = selectionSet.selections.map((selection): Depth => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.of(this.fragments.get(selection.name.value)?.selectionSet);
      const { levels, lists } = this.of(selection.selectionSet);
      return { levels: levels + 1, lists: lists + (LISTS.has(selection.name.value) ? 1 : 0) };
    });
    const depth = { levels: Math.max(...inside.map(({ levels }) => levels)), lists: Math.max(...inside.map(({ lists }) => lists)) };
    this.known.set(selectionSet, depth);
    return depth;
  }
}
