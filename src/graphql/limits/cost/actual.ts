import type { OperationTypeNode } from 'graphql';
import { MOST_COST, OPERATION_WEIGHTS, saturated } from './defaults.js';
import type { PricedField, PricedObject, PricedSelection } from './priced-selection.js';
import { valueOf, type Evaluation } from './term.js';

type Answer = Readonly<Record<string, unknown>>;

/** What an answer did cost: its objects and list items as they came back, and the arguments of its fields. */
export function actualCost(type: OperationTypeNode, root: PricedObject | undefined, data: unknown, evaluation: Evaluation): number {
  const fields = root === undefined || !isAnswer(data) ? 0 : fieldsOf(root, data, evaluation);
  return saturated(OPERATION_WEIGHTS[type] + fields);
}

function fieldsOf({ fields }: PricedObject, data: Answer, evaluation: Evaluation): number {
  let total = 0;
  for (const [key, field] of fields) {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    // What was skipped is not there; what failed or was denied is null, and was asked for all the same.
    if (value !== undefined) total = Math.min(total + saturated(items(field, value, evaluation) + valueOf(field.inputs, evaluation)), MOST_COST);
  }
  return total;
}

function items(field: PricedField, value: unknown, evaluation: Evaluation): number {
  if (value === null || value === undefined) return 0;
  if (Array.isArray(value)) return value.reduce<number>((total, item) => Math.min(total + items(field, item, evaluation), MOST_COST), 0);
  if (typeof field.inside === 'number' || !isAnswer(value)) return saturated(field.weight ?? (typeof field.inside === 'number' ? field.inside : 0));
  const object = objectOf(field.inside, value);
  if (object === undefined) return 0;
  return saturated((field.weight ?? object.weight) + fieldsOf(object, value, evaluation));
}

// Only its keys tell the type of an object where `__typename` is not selected; types with the same keys cost alike, but for their weights.
function objectOf({ objects }: PricedSelection, value: Answer): PricedObject | undefined {
  if (objects.length <= 1) return objects[0];
  const named = objects.find(({ type }) => type === value['__typename']);
  if (named !== undefined) return named;
  const keys = Object.keys(value);
  return objects.find((object) => keys.every((key) => object.keys.has(key)));
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}
