import { whenAny } from './condition.js';
import { OPERATION_WEIGHTS } from './defaults.js';
import type { PricedField, PricedObject, PricedSelection } from './priced-selection.js';
import { floor, largest, product, shared, sum, type Term } from './term.js';
import type { OperationTypeNode } from 'graphql';

/** What an operation can cost at most, folded as far as it does not depend on variables. */
export function estimateTerm(type: OperationTypeNode, root: PricedObject | undefined): Term {
  return floor(sum([OPERATION_WEIGHTS[type], ...(root === undefined ? [] : [new Estimate().fields(root)])]));
}

/** Estimates of parts of one operation. Selections hang on several fields; each is folded once. */
export class Estimate {
  private readonly known = new Map<PricedSelection, { readonly withTypes: Term; readonly fieldsOnly: Term }>();

  fields({ fields }: PricedObject): Term {
    return sum([...fields.values()].map((field) => this.field(field)));
  }

  /** What one field can cost at most with all that is selected of it, on one object. */
  field({ when, weight, size, inputs, inside }: PricedField): Term {
    return whenAny(when, floor(sum([product(size, floor(this.item(weight, inside))), inputs])));
  }

  private item(weight: number | undefined, inside: number | PricedSelection): Term {
    if (typeof inside === 'number') return weight ?? inside;
    const selection = this.selection(inside);
    return weight === undefined ? selection.withTypes : sum([weight, selection.fieldsOnly]);
  }

  private selection(selection: PricedSelection): { readonly withTypes: Term; readonly fieldsOnly: Term } {
    const known = this.known.get(selection);
    if (known !== undefined) return known;
    const objects = selection.objects.map((object) => ({ weight: object.weight, fields: this.fields(object) }));
    const found = { withTypes: shared(largest(objects.map(({ weight, fields }) => sum([weight, fields])))), fieldsOnly: shared(largest(objects.map(({ fields }) => fields))) };
    this.known.set(selection, found);
    return found;
  }
}
