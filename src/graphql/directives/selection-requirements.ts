import {
  getNamedType, isAbstractType, isCompositeType, isObjectType, Kind, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLNamedType, type GraphQLObjectType,
  type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';
import { Requirements } from './read-requirements.js';
import { allOf, dependsOnCallerOnly, type CallerClause, type Requirement } from './requirement.js';

/** Fragments of a document by name. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Field of an operation → what the caller needs for it, whichever object comes back. */
export type SelectionMap = ReadonlyMap<FieldNode, Requirement<CallerClause>>;

/**
 * What each field of an operation needs of the caller where it is selected. A field selected on an interface needs the AND over
 * the object types that can come back there, so that the shape of an answer does not depend on which of them did; inside
 * `... on Concrete` only that type counts. `@can` is left out: it is asked about the object itself.
 */
export class SelectionRequirements {
  private static readonly ofSchemas = new WeakMap<GraphQLSchema, SelectionRequirements>();
  private readonly known = new WeakMap<OperationDefinitionNode, SelectionMap>();

  constructor(private readonly requirements: Requirements) {}

  /** The one of a schema. */
  static of(schema: GraphQLSchema): SelectionRequirements {
    const known = SelectionRequirements.ofSchemas.get(schema) ?? new SelectionRequirements(new Requirements(schema));
    SelectionRequirements.ofSchemas.set(schema, known);
    return known;
  }

  /** What a field of an object type needs, wherever it is selected. */
  ofField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Requirement {
    return this.requirements.ofField(parent, field);
  }

  of(operation: OperationDefinitionNode, fragments: Fragments): SelectionMap {
    const known = this.known.get(operation);
    if (known !== undefined) return known;
    const root = this.requirements.schema.getRootType(operation.operation);
    const walk = new Walk(this.requirements, fragments);
    if (root !== null && root !== undefined) walk.visit(operation.selectionSet, [root]);
    this.known.set(operation, walk.found);
    return walk.found;
  }
}

class Walk {
  readonly found = new Map<FieldNode, Requirement<CallerClause>>();
  private readonly visited = new Map<SelectionSetNode, Set<string>>();

  constructor(
    private readonly requirements: Requirements,
    private readonly fragments: Fragments,
  ) {}

  /** @param possible - the object types that can stand where the selection is made */
  visit(selectionSet: SelectionSetNode, possible: readonly GraphQLObjectType[]): void {
    if (!this.isNew(selectionSet, possible)) return;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) this.visitField(selection, possible);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.visit(selection.selectionSet, this.narrowed(possible, selection.typeCondition?.name.value));
      else {
        const fragment = this.fragments[selection.name.value];
        if (fragment !== undefined) this.visit(fragment.selectionSet, this.narrowed(possible, fragment.typeCondition.name.value));
      }
    }
  }

  // A fragment may be spread in several places: its fields need what each of them needs.
  private visitField(node: FieldNode, possible: readonly GraphQLObjectType[]): void {
    const declared = possible.flatMap((type) => {
      const field = type.getFields()[node.name.value];
      return field === undefined ? [] : [{ type, field }];
    });
    const needed = declared.map(({ type, field }) => this.requirements.ofField(type, field).filter(dependsOnCallerOnly));
    this.found.set(node, allOf(this.found.get(node) ?? [], ...needed));
    if (node.selectionSet === undefined) return;
    const returned = new Set(declared.flatMap(({ field }) => this.objectTypes(getNamedType(field.type))));
    this.visit(node.selectionSet, [...returned]);
  }

  private narrowed(possible: readonly GraphQLObjectType[], condition: string | undefined): readonly GraphQLObjectType[] {
    if (condition === undefined) return possible;
    const wanted = this.objectTypes(this.requirements.schema.getType(condition));
    return possible.filter((type) => wanted.includes(type));
  }

  private objectTypes(type: GraphQLNamedType | undefined): readonly GraphQLObjectType[] {
    if (type === undefined || !isCompositeType(type)) return [];
    return isAbstractType(type) ? this.requirements.schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  }

  private isNew(selectionSet: SelectionSetNode, possible: readonly GraphQLObjectType[]): boolean {
    const key = possible.map(({ name }) => name).toSorted().join(' ');
    const keys = this.visited.get(selectionSet) ?? new Set<string>();
    this.visited.set(selectionSet, keys);
    return keys.size !== keys.add(key).size;
  }
}
