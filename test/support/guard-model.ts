import fc, { type GeneratorValue } from 'fast-check';
import type { FieldNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';

/** One guard as a schema writes it. */
export type Guard =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'can'; readonly action: string };

interface FieldModel { readonly type: string; readonly list: boolean; readonly guards: readonly Guard[] }
interface TypeModel {
  readonly kind: 'object' | 'interface' | 'union' | 'scalar';
  readonly guards: readonly Guard[];
  readonly interfaces: readonly string[];
  readonly members: readonly string[];
  readonly fields: Readonly<Record<string, FieldModel>>;
}
/** A schema as plain data. */
export type Model = Readonly<Record<string, TypeModel>>;

/** What a caller may, as plain data. */
export interface Rights { readonly authenticated: boolean; readonly keys: readonly string[]; readonly policies: readonly string[]; readonly allowed: ReadonlySet<string> }

const KEYS = ['k0:read', 'k1:read', 'k2:read'];
const POLICIES = ['p0', 'p1'];
const OBJECTS = ['T0', 'T1', 'T2', 'T3'];
const INTERFACES = ['I0', 'I1'];
const COMPOSITES = [...OBJECTS, ...INTERFACES, 'U0'];
const SCALARS = ['String', 'Code'];

/** Draws random things. */
export class Draw {
  constructor(private readonly g: GeneratorValue) {}

  /** A number below `bound`. */
  below(bound: number): number {
    return this.g(fc.nat, { max: bound - 1 });
  }

  chance(outOf: number): boolean {
    return this.below(outOf) === 0;
  }

  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  some<T>(from: readonly T[], outOf = 2): T[] {
    return from.filter(() => this.chance(outOf));
  }
}

/** A random schema; the name of a field says its type everywhere, so that selections merge. */
export function drawModel(draw: Draw): Model {
  const field = (guarded: boolean): [string, FieldModel] => {
    const type = draw.chance(2) ? draw.one(SCALARS) : draw.one(COMPOSITES);
    const list = draw.chance(3);
    return [`${type.toLowerCase()}${list ? 'List' : ''}${draw.below(2)}`, { type, list, guards: guarded ? drawGuards(draw, 4, true) : [] }];
  };
  const fields = (count: number): Record<string, FieldModel> => Object.fromEntries([...Array(count).keys()].map(() => field(true)));
  const interfaces = Object.fromEntries(INTERFACES.map((name) => [name, { kind: 'interface' as const, guards: drawGuards(draw, 8, false), interfaces: [], members: [], fields: fields(2) }]));
  const objects = Object.fromEntries(OBJECTS.map((name) => {
    const own = draw.some(INTERFACES);
    const inherited = Object.fromEntries(own.flatMap((parent) => Object.entries(interfaces[parent]?.fields ?? {}).map(([key, { type, list }]) => [key, { type, list, guards: drawGuards(draw, 4, true) }])));
    return [name, { kind: 'object' as const, guards: drawGuards(draw, 6, true), interfaces: own, members: [], fields: { ...fields(3), ...inherited } }];
  }));
  // Every abstract type has someone who is it.
  const lonely = INTERFACES.filter((name) => !Object.values(objects).some((object) => object.interfaces.includes(name)));
  const model: Record<string, TypeModel> = { ...interfaces, ...objects };
  for (const name of lonely) {
    const first = model.T0 as TypeModel;
    model.T0 = { ...first, interfaces: [...first.interfaces, name], fields: { ...first.fields, ...interfaces[name]?.fields } };
  }
  model.U0 = { kind: 'union', guards: drawGuards(draw, 8, false), interfaces: [], members: ['T0', ...draw.some(OBJECTS.slice(1))], fields: {} };
  model.Code = { kind: 'scalar', guards: drawGuards(draw, 2, false), interfaces: [], members: [], fields: {} };
  model.Query = { kind: 'object', guards: [], interfaces: [], members: [], fields: { ...fields(4), i0List: { type: 'I0', list: true, guards: [] }, u0List: { type: 'U0', list: true, guards: [] } } };
  return model;
}

function drawGuards(draw: Draw, outOf: number, can: boolean): Guard[] {
  if (!draw.chance(outOf)) return [];
  const alternatives = (names: readonly string[]): string[][] => [...Array(1 + draw.below(2)).keys()].map(() => [draw.one(names), ...draw.some(names, 3)]);
  const guards: Guard[] = [{ kind: 'authenticated' }, { kind: 'scopes', anyOf: alternatives(KEYS) }, { kind: 'policies', anyOf: alternatives(POLICIES) }];
  if (can) guards.push({ kind: 'can', action: draw.one(['read', 'see']) });
  const first = draw.one(guards);
  return draw.chance(3) ? [first, ...draw.some(guards.filter((guard) => guard !== first), 3)] : [first];
}

/** Random rights of a caller. */
export function drawRights(draw: Draw, ids: readonly string[]): Rights {
  const authenticated = !draw.chance(4);
  const questions = ids.flatMap((id) => ['read', 'see'].map((action) => `${action} ${id}`));
  return { authenticated, keys: authenticated ? draw.some(KEYS) : [], policies: draw.some(POLICIES), allowed: new Set(draw.some(questions)) };
}

/** The SDL of a schema. */
export function sdlOf(model: Model): string {
  const guards = (all: readonly Guard[]): string => all.map((guard) => ` ${written(guard)}`).join('');
  return Object.entries(model).map(([name, type]) => {
    if (type.kind === 'scalar') return `scalar ${name}${guards(type.guards)}`;
    if (type.kind === 'union') return `union ${name}${guards(type.guards)} = ${type.members.join(' | ')}`;
    const parents = type.interfaces.length === 0 ? '' : ` implements ${type.interfaces.join(' & ')}`;
    const fields = Object.entries(type.fields).map(([key, { type: target, list, guards: own }]) => `${key}: ${list ? `[${target}]` : target}${guards(own)}`);
    return `${type.kind === 'object' ? 'type' : 'interface'} ${name}${parents}${guards(type.guards)} { ${fields.join(' ')} }`;
  }).join('\n');
}

function written(guard: Guard): string {
  switch (guard.kind) {
    case 'authenticated': return '@authenticated';
    case 'scopes': return `@requiresScopes(scopes: ${JSON.stringify(guard.anyOf)})`;
    case 'policies': return `@policy(policies: ${JSON.stringify(guard.anyOf)})`;
    case 'can': return `@can(action: "${guard.action}", resource: "thing")`;
  }
}

/** Object types that a composite type can be. */
export function possible(model: Model, name: string): string[] {
  const type = model[name];
  if (type === undefined || type.kind === 'scalar') return [];
  if (type.kind === 'object') return [name];
  return OBJECTS.filter((object) => (type.kind === 'union' ? type.members.includes(object) : model[object]?.interfaces.includes(name)));
}

/** Guards of one field of an object type, found without any cleverness. */
export function guardsOf(model: Model, typeName: string, fieldName: string): Guard[] {
  const type = model[typeName] as TypeModel;
  const field = type.fields[fieldName] as FieldModel;
  const parents = type.interfaces.map((name) => model[name] as TypeModel);
  const returned = model[field.type];
  const ofReturned = returned === undefined ? [] : [...returned.guards, ...returned.interfaces.flatMap((name) => model[name]?.guards ?? [])];
  return [
    ...field.guards, ...type.guards,
    ...parents.flatMap((parent) => [...parent.guards, ...(parent.fields[fieldName]?.guards ?? [])]),
    ...ofReturned.filter(({ kind }) => kind !== 'can'),
  ];
}

/** Whether a guard holds, for a caller and an object. */
export function holds(guard: Guard, rights: Rights, id: string): boolean {
  switch (guard.kind) {
    case 'authenticated': return rights.authenticated;
    case 'scopes': return guard.anyOf.some((names) => names.every((name) => rights.keys.includes(name)));
    case 'policies': return guard.anyOf.some((names) => names.every((name) => rights.policies.includes(name)));
    case 'can': return rights.allowed.has(`${guard.action} ${id}`);
  }
}

/** Every field of an operation with the object types that can stand where it is selected, by writing all fragments out. */
export function standpoints(model: Model, operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): Map<FieldNode, Set<string>> {
  const found = new Map<FieldNode, Set<string>>();
  const walk = ({ selections }: SelectionSetNode, types: readonly string[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        const here = found.get(selection) ?? new Set();
        for (const type of types) here.add(type);
        found.set(selection, here);
        const next = types.flatMap((type) => possible(model, model[type]?.fields[selection.name.value]?.type ?? ''));
        if (selection.selectionSet !== undefined) walk(selection.selectionSet, [...new Set(next)]);
      } else {
        const fragment = selection.kind === 'InlineFragment' ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value;
        if (fragment !== undefined) walk(fragment.selectionSet, condition === undefined ? types : types.filter((type) => possible(model, condition).includes(type)));
      }
    }
  };
  walk(operation.selectionSet, ['Query']);
  return found;
}

/** A random operation. */
export function drawOperation(draw: Draw, model: Model): string {
  const fragments: string[] = [];
  const selection = (typeName: string, depth: number): string => {
    const type = model[typeName] as TypeModel;
    const parts = ['__typename'];
    const keys = Object.keys(type.fields);
    for (let count = keys.length === 0 ? 0 : 1 + draw.below(3); count > 0; count--) {
      const key = draw.one(keys);
      const { type: target } = type.fields[key] as FieldModel;
      const alias = draw.chance(4) ? `x_${key}: ` : '';
      if (model[target] === undefined || model[target].kind === 'scalar') parts.push(`${alias}${key}`);
      else if (depth > 0) parts.push(`${alias}${key} { ${selection(target, depth - 1)} }`);
    }
    const others = COMPOSITES.filter((other) => possible(model, other).some((name) => possible(model, typeName).includes(name)));
    if (depth > 0 && others.length > 0 && draw.chance(2)) parts.push(`... on ${fragment(draw.one(others), depth)}`);
    if (depth > 0 && others.length > 0 && draw.chance(3)) {
      const name = `F${fragments.push('') - 1}`;
      fragments[Number(name.slice(1))] = `fragment ${name} on ${fragment(draw.one(others), depth)}`;
      parts.push(`...${name}`);
      if (draw.chance(2)) parts.push(`... { ...${name} }`);
    }
    return parts.join(' ');
  };
  const fragment = (typeName: string, depth: number): string => `${typeName} { ${selection(typeName, depth - 1)} }`;
  return `{ ${selection('Query', 4)} } ${fragments.join(' ')}`;
}
