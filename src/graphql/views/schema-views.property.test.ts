import fc from 'fast-check';
import { isInterfaceType, isObjectType, validateSchema, type GraphQLSchema } from 'graphql';
import { callerWith, FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import { Draw, drawModel, drawRights, guardsOf, holds, possible, sdlOf, type Model, type Rights } from '../../../test/support/guard-model.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';
import { SchemaViews } from './schema-views.js';

const ACTOR = { userId: 'usr_1', memberId: 'member_1', userMemberId: 'um_1', spaceId: 'space_1' };

/** What a caller sees, found by taking away one thing at a time from plain data until nothing more is wrong. */
class Reference {
  private readonly fields = new Map<string, Set<string>>();
  private readonly gone = new Set<string>();

  constructor(private readonly model: Model, private readonly rights: Rights, private readonly acts: boolean) {
    for (const [name, { fields }] of Object.entries(model)) this.fields.set(name, new Set(Object.keys(fields).filter((field) => !this.denied(name, field))));
    for (let wrong = this.nextWrong(); wrong !== undefined; wrong = this.nextWrong()) wrong();
  }

  /** `Type.field` of all that is in the view, `Type` of unions; empty when there is no view. */
  parts(): string[] {
    if (this.gone.has('Query')) return [];
    const seen = new Set<string>();
    const look = (name: string, isReturned: boolean): void => {
      const key = `${name} ${isReturned}`;
      const type = this.model[name];
      if (type === undefined || type.kind === 'scalar' || this.gone.has(name) || seen.has(key)) return;
      seen.add(key);
      if (isReturned) for (const each of possible(this.model, name)) look(each, true);
      for (const parent of type.interfaces) look(parent, false);
      for (const field of this.fields.get(name) ?? []) look(type.fields[field]?.type ?? '', true);
    };
    look('Query', true);
    const names = new Set([...seen].map((key) => key.split(' ')[0] as string));
    return [...names].flatMap((name) => (this.model[name]?.kind === 'union' ? [name] : [...(this.fields.get(name) ?? [])].map((field) => `${name}.${field}`))).toSorted();
  }

  /** Whether the caller's own rights deny a field that is selected on a type, whichever object comes back there. */
  private denied(name: string, field: string): boolean {
    return possible(this.model, name).concat(name === 'Query' ? 'Query' : []).some((each) =>
      guardsOf(this.model, each, field).some((guard) => (guard.kind === 'can' ? !this.acts : !holds(guard, this.rights, ''))));
  }

  private nextWrong(): (() => void) | undefined {
    for (const [name, fields] of this.fields) {
      const type = this.model[name];
      if (type === undefined || type.kind === 'scalar' || this.gone.has(name)) continue;
      for (const field of fields) {
        const lost = possible(this.model, name).some((each) => each !== name && !this.gone.has(each) && this.fields.get(each)?.has(field) === false);
        if (lost || this.gone.has(type.fields[field]?.type ?? '')) return () => fields.delete(field);
      }
      const nobody = name !== 'Query' && possible(this.model, name).every((each) => this.gone.has(each) && each !== name);
      if (nobody || (type.kind !== 'union' && fields.size === 0)) return () => this.gone.add(name);
    }
    return undefined;
  }
}

function partsOf(schema: GraphQLSchema | undefined): string[] {
  return Object.values(schema?.getTypeMap() ?? {}).filter(({ name }) => !name.startsWith('__')).flatMap((type) => {
    if (isObjectType(type) || isInterfaceType(type)) return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
    return 'getTypes' in type ? [type.name] : [];
  }).toSorted();
}

let checked = 0;
let hidden = 0;
let visible = 0;

test('a field is in the view exactly when its caller would not be denied it and its type is visible', () => {
  fc.assert(fc.property(fc.gen(), (g) => {
    const draw = new Draw(g);
    const model = drawModel(draw);
    const rights = drawRights(draw, []);
    const acts = rights.authenticated && draw.chance(2);
    const caller: Caller = rights.authenticated ? { ...callerWith(...rights.keys), ...(acts ? { actor: ACTOR } : {}) } : ANONYMOUS;
    const services = new FakeServices(['p0', 'p1'].map((name) => ({ name, expression: String(rights.policies.includes(name)) })));
    const schema = guardedSchema(sdlOf(model));
    const view = new SchemaViews({ current: schema, onChange: () => () => undefined }).of(services.context(caller));
    const expected = new Reference(model, rights, acts).parts();
    expect(partsOf(view?.schema)).toEqual(expected);
    expect(view === undefined ? [] : validateSchema(view.schema)).toEqual([]);
    checked++;
    visible += expected.length;
    hidden += partsOf(schema).length - expected.length;
  }), { numRuns: 400, endOnFailure: true });
  expect(checked).toBeGreaterThanOrEqual(400);
  // The property is worth something only when both happen often.
  expect(Math.min(visible, hidden)).toBeGreaterThan(1_500);
}, 120_000);
