import { Draw } from './guard-model.js';

const OBJECTS = ['T0', 'T1', 'T2', 'T3'];
const INTERFACES = ['I0', 'I1'];
const COMPOSITES = [...OBJECTS, ...INTERFACES, 'U0'];
const FIELDS = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'];
const GIVEN = ['', '(n: 3)', '(n: $n)', '(n: null)', '(n: -2, m: 4)', '(n: $m, m: $n)', '(a: 1)', '(a: $a, l: [1, $n, 3])', '(p: { n: 2 })', '(p: $p)', '(p: { n: $n, d: 1, q: $p })', '(l: $l)', '(p: null)'];
const CONDITIONS = ['', '', '', '', '@skip(if: true)', '@include(if: true)', '@skip(if: $x)', '@include(if: $y)', '@include(if: $x) @skip(if: $y)'];

/** Variables that drawn operations know. */
export const VARIABLES = '$n: Int, $m: Int = 4, $a: Int = 1, $l: [Int], $p: P, $x: Boolean! = true, $y: Boolean! = false';

/**
 * SDL of a random schema with weights and sizes. The name of a field says its type everywhere, so that selections merge; what it
 * costs is said anew by each type.
 */
export function drawCostSdl(draw: Draw): string {
  const weight = (outOf: number): string => (draw.chance(outOf) ? ` @cost(weight: ${draw.below(9) - 2})` : '');
  const listSize = (sizedFields = ''): string => {
    const slicing = draw.some(['"n"', '"m"', '"p.n"', '"l"', '"p.q.n"']);
    const assumed = draw.chance(2) ? `assumedSize: ${draw.below(6)}, ` : '';
    return ` @listSize(${assumed}slicingArguments: [${slicing.join(', ')}], ${sizedFields}requireOneSlicingArgument: false)`;
  };
  const kinds = FIELDS.map(() => ({ type: draw.one(['Int', 'Dear', ...COMPOSITES, ...COMPOSITES, 'C']), lists: draw.chance(8) ? 2 : draw.below(2) }));
  const defaultOf = draw.chance(2) ? ' = 2' : '';
  const field = (name: string): string => {
    const { type, lists } = kinds[FIELDS.indexOf(name)] as (typeof kinds)[number];
    const around = type === 'C' ? 0 : lists;
    const size = type === 'C' ? listSize('sizedFields: ["edges"], ') : around > 0 && draw.chance(2) ? listSize() : '';
    return `${name}(n: Int${defaultOf}${weight(3)}, m: Int, a: Int${weight(2)}, l: [Int]${weight(3)}, p: P${weight(4)}): ${'['.repeat(around)}${type}${']'.repeat(around)}${size}${weight(4)}`;
  };
  const own = OBJECTS.map((name) => ({ name, interfaces: draw.some(INTERFACES), fields: draw.some(FIELDS) }));
  const ofInterface = (name: string): string[] => (name === 'I0' ? ['f0', 'f1'] : ['f1', 'f2']);
  return `
    scalar Dear${weight(2)}
    input P { n: Int${defaultOf}, d: Int${weight(2)}, q: P }
    type C { edges: [T0], total: Int }
    ${INTERFACES.map((name) => `interface ${name} { ${ofInterface(name).map(field).join(' ')} }`).join('\n')}
    ${own.map(({ name, interfaces, fields }) => `type ${name} ${interfaces.length > 0 ? `implements ${interfaces.join(' & ')}` : ''}${weight(3)} { id: Int ${[...new Set([...interfaces.flatMap(ofInterface), ...fields])].map(field).join(' ')} }`).join('\n')}
    union U0 = T0 | T1 | T2
    type Query { ${FIELDS.map(field).join(' ')} }
    type Mutation { ${FIELDS.map(field).join(' ')} }
  `;
}

/** A random operation of a drawn schema: `fieldsOf` names the fields of a type, `typeOf` what a field returns, if it has fields. */
export function drawCostOperation(draw: Draw, fieldsOf: (type: string) => readonly string[], typeOf: (type: string, field: string) => string | undefined): string {
  const selections = (type: string, depth: number, firstFragment: number): string => {
    const fields = fieldsOf(type);
    const made = Array.from({ length: 1 + draw.below(3) }, () => {
      const condition = draw.one(CONDITIONS);
      if (depth > 0 && draw.chance(4)) {
        const narrowed = draw.one([type, ...COMPOSITES]);
        return `... on ${narrowed} ${condition} { ${selections(narrowed, depth - 1, firstFragment)} }`;
      }
      if (firstFragment < 3 && draw.chance(4)) return `...F${firstFragment + draw.below(3 - firstFragment)} ${condition}`;
      if (fields.length === 0) return '__typename';
      const name = draw.one(fields);
      const given = /^f\d/.test(name) ? draw.below(GIVEN.length) : 0;
      const returned = typeOf(type, name);
      if (returned !== undefined && depth === 0) return '__typename';
      return `${name}_${given}: ${name}${GIVEN[given]} ${condition} ${returned === undefined ? '' : `{ ${selections(returned, depth - 1, firstFragment)} }`}`;
    });
    return ['__typename', ...made].join(' ');
  };
  const [kind, root] = draw.chance(4) ? ['mutation', 'Mutation'] : ['query', 'Query'];
  const fragments = [0, 1, 2].map((index) => {
    const type = draw.one(COMPOSITES);
    return `fragment F${index} on ${type} { ${selections(type, 1, index + 1)} }`;
  });
  return `${kind} (${VARIABLES}) { ${selections(root as string, 3, 0)} } ${fragments.join(' ')}`;
}

/** Random values of the variables; some absent, some null. */
export function drawVariables(draw: Draw): Record<string, unknown> {
  const number = (): number | null => (draw.chance(5) ? null : draw.below(7) - 1);
  const page = (depth: number): unknown => ({ ...(draw.chance(2) ? { n: number() } : {}), ...(draw.chance(2) ? { d: 1 } : {}), ...(depth > 0 && draw.chance(2) ? { q: page(depth - 1) } : {}) });
  const all: Record<string, unknown> = { n: number(), m: number(), a: number(), l: Array.from({ length: draw.below(4) }, number), p: draw.chance(5) ? null : page(2), x: draw.chance(2), y: draw.chance(2) };
  return Object.fromEntries(Object.entries(all).filter(() => !draw.chance(4)));
}
