import { wideField, WIDE_FIELDS } from './schema.js';

/** How deep the nested operation goes, its root field among them. */
export const NESTED_LEVELS = 20;

/** One operation that is measured. */
export interface Shape {
  readonly name: string;
  readonly query: string;
  /** Text that every answer must contain: its end, so that nothing of it is missing. */
  readonly contains: string;
  /** Whether an anonymous caller must get nothing but nulls below the root field. */
  readonly guarded: boolean;
}

const ITEM = '{ id name price active note }';
const WIDE = `{ ${Array.from({ length: WIDE_FIELDS }, (_, number) => wideField(number)).join(' ')} }`;
const nested = (level: number): string => (level === NESTED_LEVELS ? '{ level }' : `{ level child ${nested(level + 1)} }`);

/** The shapes of the comparison, by what the bars call them. */
export const SHAPES = {
  hello: { name: '(i) hello', query: '{ benchHello }', contains: '"world"', guarded: false },
  list: { name: '(ii) list of 100×5', query: `{ benchItems ${ITEM} }`, contains: '"note 99"', guarded: false },
  nested: { name: '(iii) 20 levels', query: `{ benchNested ${nested(1)} }`, contains: `"level":${NESTED_LEVELS}`, guarded: false },
  guardedList: { name: '(iv) guarded 100×5', query: `{ benchGuardedItems ${ITEM} }`, contains: '"note 99"', guarded: true },
  partlyDenied: { name: '(v) one of five denied', query: `{ benchPartlyDeniedItems ${ITEM} }`, contains: '"item-0099"', guarded: true },
  wide: { name: '(vi) 100 open fields', query: `{ benchWide ${WIDE} }`, contains: '"value 99"', guarded: false },
  guardedWide: { name: '(vi) 100 guarded fields', query: `{ benchGuardedWide ${WIDE} }`, contains: '"value 99"', guarded: true },
} as const satisfies Readonly<Record<string, Shape>>;
