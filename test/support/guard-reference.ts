import { parse, type FieldNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { ANONYMOUS, decisionsRef, type RequestContext } from '../../src/system/shared/contracts/index.js';
import { callerWith, FakeServices, guardedSchema } from './graphql-fixture.js';
import { guardsOf, holds, possible, sdlOf, standpoints, type Model, type Rights } from './guard-model.js';

/** An object of the schemas. */
export interface Thing { readonly __typename: string; readonly id: string }

/** All objects there are. */
export const things = ['T0', 'T1', 'T2', 'T3'].flatMap((__typename) => [1, 2].map((number): Thing => ({ __typename, id: `${__typename}_${number}` })));
const root: Thing = { __typename: 'Query', id: 'root' };

/** What a field gives when nothing guards it. */
function valueOf(model: Model, thing: Thing, fieldName: string): unknown {
  const field = model[thing.__typename]?.fields[fieldName];
  if (field === undefined) throw new Error(fieldName);
  const targets = possible(model, field.type);
  const one = (salt: number): unknown => {
    if (targets.length === 0) return `${thing.id}.${fieldName}.${salt}`;
    const fitting = things.filter(({ __typename }) => targets.includes(__typename));
    return fitting[(thing.id.length * 7 + thing.id.charCodeAt(1) + fieldName.length * 3 + salt) % fitting.length];
  };
  return field.list ? [one(0), one(1), one(2)] : one(0);
}

/** The guarded schema of a model. */
export function schemaOf(model: Model): GraphQLSchema {
  const resolvers = Object.fromEntries(Object.entries(model).filter(([, { kind }]) => kind === 'object').map(([name, { fields }]) => [
    name, Object.fromEntries(Object.keys(fields).map((key) => [key, (source: Thing | undefined) => valueOf(model, source ?? root, key)])),
  ]));
  return guardedSchema(sdlOf(model), resolvers);
}

/** The answer by a naive reading: every field of every object is looked at for itself. */
export class Reference {
  readonly denied: string[] = [];
  private readonly fragments;
  private readonly standpoints;
  private readonly operation;

  constructor(private readonly model: Model, source: string, private readonly rights: Rights) {
    const { definitions } = parse(source);
    this.fragments = new Map(definitions.flatMap((definition) => (definition.kind === 'FragmentDefinition' ? [[definition.name.value, definition] as const] : [])));
    this.operation = definitions[0] as OperationDefinitionNode;
    this.standpoints = standpoints(model, this.operation, this.fragments as Map<string, FragmentDefinitionNode>);
  }

  answer(): unknown {
    return this.object(root, [this.operation.selectionSet], []);
  }

  private object(thing: Thing, sets: readonly SelectionSetNode[], path: readonly (string | number)[]): Record<string, unknown> {
    const collected = new Map<string, FieldNode[]>();
    for (const set of sets) this.collect(thing, set, collected);
    return Object.fromEntries([...collected].map(([key, nodes]) => [key, this.field(thing, nodes, [...path, key])]));
  }

  private collect(thing: Thing, { selections }: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        const key = selection.alias?.value ?? selection.name.value;
        into.set(key, [...(into.get(key) ?? []).filter((node) => node !== selection), selection]);
        continue;
      }
      const fragment = selection.kind === 'InlineFragment' ? selection : this.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment !== undefined && (condition === undefined || possible(this.model, condition).includes(thing.__typename))) this.collect(thing, fragment.selectionSet, into);
    }
  }

  private field(thing: Thing, nodes: readonly FieldNode[], path: readonly (string | number)[]): unknown {
    const name = (nodes[0] as FieldNode).name.value;
    if (name === '__typename') return thing.__typename;
    const ownGuards = guardsOf(this.model, thing.__typename, name);
    const selected = nodes.some((node) => [...(this.standpoints.get(node) ?? [])].every((type) =>
      guardsOf(this.model, type, name).filter(({ kind }) => kind !== 'can').every((guard) => holds(guard, this.rights, thing.id))));
    if (!selected || !ownGuards.every((guard) => (guard.kind === 'can' && thing === root ? false : holds(guard, this.rights, thing.id)))) {
      this.denied.push(path.join('.'));
      return null;
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const complete = (value: unknown, at: readonly (string | number)[]): unknown => (typeof value === 'string' ? value : this.object(value as Thing, sets, at));
    const value = valueOf(this.model, thing, name);
    return Array.isArray(value) ? value.map((item, index) => complete(item, [...path, index])) : complete(value, path);
  }
}

/** The context of a request of a caller with such rights. */
export function contextOf(rights: Rights): RequestContext {
  const services = new FakeServices(['p0', 'p1'].map((name) => ({ name, expression: String(rights.policies.includes(name)) })));
  services.container.get(decisionsRef).guard = async (_context, questions) => questions.map(({ action, resourceId }) => ({ allowed: rights.allowed.has(`${action} ${resourceId}`) }));
  return services.context(rights.authenticated ? callerWith(...rights.keys) : ANONYMOUS);
}
