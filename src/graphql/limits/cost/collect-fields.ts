import { isAbstractType, Kind, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLObjectType, type GraphQLSchema, type SelectionNode, type SelectionSetNode } from 'graphql';
import { ALWAYS, both, conditionOf, type Condition } from './condition.js';

/** A selection set and when it counts. */
export interface Part {
  readonly set: SelectionSetNode;
  readonly when: Condition;
}

/** The fields that stand under one key of the answer: one field, however often it is selected. */
export interface FieldGroup {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** It is answered when one of them holds. */
  readonly when: Condition[];
  /** What is selected of it, all together. */
  readonly parts: Part[];
}

/** What is selected of one object type. */
export interface CollectedFields {
  readonly groups: ReadonlyMap<string, FieldGroup>;
  /** All keys that an answer can have, those of introspection included. */
  readonly keys: ReadonlySet<string>;
}

/** Says that so many fields were looked at. */
export type Spend = (fields: number) => void;

/** Gathers fields the way an executor does, for one object type, with the conditions under which each counts. */
export class FieldCollector {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly spend: Spend,
  ) {}

  collect(parts: readonly Part[], type: GraphQLObjectType): CollectedFields {
    const groups = new Map<string, FieldGroup>();
    const keys = new Set<string>();
    const seen = new Map<SelectionSetNode, Set<string>>();
    const visit = ({ set, when }: Part): void => {
      if (when === undefined || !isNew(seen, set, when)) return;
      this.spend(set.selections.length);
      for (const selection of set.selections) {
        const condition = both(when, conditionOf(selection.directives));
        if (condition === undefined) continue;
        if (selection.kind === Kind.FIELD) add(selection, condition);
        else {
          const inner = this.setFor(selection, type);
          if (inner !== undefined) visit({ set: inner, when: condition });
        }
      }
    };
    const add = (node: FieldNode, when: Condition): void => {
      const key = node.alias?.value ?? node.name.value;
      keys.add(key);
      // Introspection has no field of its own on a type, and a rule of its own.
      const field = type.getFields()[node.name.value];
      if (field === undefined) return;
      const group = groups.get(key) ?? { field, node, when: [], parts: [] };
      groups.set(key, group);
      group.when.push(when);
      if (node.selectionSet !== undefined) group.parts.push({ set: node.selectionSet, when });
    };
    for (const part of parts) visit(part);
    return { groups, keys };
  }

  private setFor(selection: Exclude<SelectionNode, FieldNode>, type: GraphQLObjectType): SelectionSetNode | undefined {
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
    if (fragment?.typeCondition === undefined) return fragment?.selectionSet;
    const wanted = this.schema.getType(fragment.typeCondition.name.value);
    const fits = wanted === type || (isAbstractType(wanted) && this.schema.isSubType(wanted, type));
    return fits ? fragment.selectionSet : undefined;
  }
}

function isNew(seen: Map<SelectionSetNode, Set<string>>, set: SelectionSetNode, when: Condition = ALWAYS): boolean {
  const conditions = seen.get(set) ?? new Set<string>();
  seen.set(set, conditions);
  return conditions.size !== conditions.add((when ?? []).join()).size;
}
