import { Field, ObjectType, Query, Resolver, Subscription } from 'type-graphql';
import { callerWith, deniedPaths, FakeServices, ManualStream, run } from '../../../test/support/graphql-fixture.js';
import { isPolityError, type PolityError } from '../../kernel/errors/index.js';
import { Authenticated, Public } from '../../system/shared/resolvers/index.js';
import { composeSchema, printComposedSchema, withFragments, type ComposedSchema, type FragmentProblem, type SchemaFragment } from './index.js';

@ObjectType({ simpleResolvers: true })
class Person {
  @Field(() => String)
  name!: string;
}

@Resolver()
class CoreResolver {
  @Public()
  @Query(() => Person)
  person(): Person {
    return { name: 'Ada' };
  }

  @Authenticated()
  @Query(() => String, { nullable: true })
  own(): string {
    return 'own';
  }

  @Authenticated()
  @Subscription(() => String, { nullable: true, subscribe: () => new ManualStream() })
  events(): string {
    return 'event';
  }
}

const services = new FakeServices([{ name: 'holds', expression: 'caller.kind == "session"' }]);
let core: ComposedSchema;
beforeAll(async () => {
  core = await composeSchema([CoreResolver]);
});

const fragment = (typeDefs: string, resolvers: SchemaFragment['resolvers'] = {}, name = 'fixture'): SchemaFragment => ({ name, typeDefs, resolvers });

/** What keeps fragments out; each as `fragment: coordinate: message`. */
function problemsOf(...fragments: readonly SchemaFragment[]): string[] {
  const { details } = refusalOf(...fragments);
  const problems = (details?.['problems'] ?? []) as readonly FragmentProblem[];
  return problems.map((problem) => `${problem.fragment}: ${problem.coordinate}: ${problem.message}`);
}

function refusalOf(...fragments: readonly SchemaFragment[]): PolityError {
  try {
    withFragments(core, fragments);
  } catch (error) {
    if (isPolityError(error)) return error;
    throw error;
  }
  throw new Error('the fragments were taken');
}

describe('withFragments', () => {
  const library = fragment(
    /* GraphQL */ `
      extend type Query { book: Book @public locked: String @authenticated keyed: String @requiresScopes(scopes: [["a:read"]]) ruled: String @policy(policies: [["holds"]]) vault: Vault @can(action: "open", resource: "vault", id: "args.none") asked(id: ID!): String @can(action: "read", resource: "book", id: "args.id") found: Found @public }
      extend type Person { email: String @authenticated }
      extend type Subscription { ticks: String @requiresScopes(scopes: [["a:read"]]) }
      type Book { title: String isbn: String @requiresScopes(scopes: [["a:read"]]) colour: Colour owner: Person }
      type Vault { content: String }
      union Found = Book | Person
      enum Colour { RED GREEN }
    `,
    {
      Query: {
        book: () => ({ title: 'On', isbn: '1', colour: 1, owner: { name: 'Bo', email: 'b@x' } }), locked: () => 'locked', keyed: () => 'keyed', ruled: () => 'ruled', vault: () => ({ content: 'gold' }),
        asked: (_source, { id }: { id: string }) => `asked ${id}`, found: () => ({ title: 'On', isbn: '1' }),
      },
      Person: { email: ({ email }: { email?: string }) => email ?? 'ada@x' },
      Subscription: { ticks: { subscribe: () => new ManualStream(), resolve: (event: unknown) => event } },
      Colour: { RED: 1, GREEN: 2 },
      Found: { __resolveType: () => 'Book' },
    },
  );
  const QUESTION = '{ book { title isbn colour owner { name email } } locked keyed ruled asked(id: "b1") vault { content } person { name email } found { __typename ... on Book { title isbn } } own }';

  beforeEach(() => services.allowed.clear());

  test('answers fields of the fragment and of the core', async () => {
    const { guarded } = withFragments(core, [library]);
    services.allowed.add('b1');
    const { data } = await run(guarded, QUESTION, services.context(callerWith('a:read')));
    expect(data).toEqual({
      book: { title: 'On', isbn: '1', colour: 'RED', owner: { name: 'Bo', email: 'b@x' } }, locked: 'locked', keyed: 'keyed', ruled: 'ruled', asked: 'asked b1', vault: null,
      person: { name: 'Ada', email: 'ada@x' }, found: { __typename: 'Book', title: 'On', isbn: '1' }, own: 'own',
    });
  });
  test('guards them as classes are guarded, by every directive', async () => {
    const { guarded } = withFragments(core, [library]);
    const answer = await run(guarded, QUESTION, services.context());
    expect(answer.data).toEqual({
      book: { title: 'On', isbn: null, colour: 'RED', owner: { name: 'Bo', email: null } }, locked: null, keyed: null, ruled: null, asked: null, vault: null,
      person: { name: 'Ada', email: null }, found: { __typename: 'Book', title: 'On', isbn: null }, own: null,
    });
    expect(deniedPaths(answer).toSorted()).toEqual(['asked', 'book.isbn', 'book.owner.email', 'found.isbn', 'keyed', 'locked', 'own', 'person.email', 'ruled', 'vault']);
    expect(deniedPaths(await run(guarded, 'subscription { ticks }', services.context()))).toEqual(['ticks']);
  });
  test('leaves the core as it was, and takes the core back when there are none', () => {
    const before = printComposedSchema(core.raw);
    const added = printComposedSchema(withFragments(core, [library]).raw);
    expect(printComposedSchema(core.raw)).toBe(before);
    expect(added).toContain('email: String @authenticated');
    expect(before).not.toContain('email');
    expect(withFragments(core, [])).toBe(core);
  });
  test('prints the same whatever order fragments come in, and lets one add to Query after another', () => {
    const a = fragment('extend type Query { a: String @public }', { Query: { a: () => 'a' } }, 'a');
    const b = fragment('extend type Query { b: A @public } type A { x: Int }', { Query: { b: () => ({ x: 1 }) } }, 'b');
    const printed = printComposedSchema(withFragments(core, [a, b]).raw);
    expect(printComposedSchema(withFragments(core, [b, a]).raw)).toBe(printed);
    expect(printed).toContain('b: A @public');
  });
});

describe('what a fragment may not do', () => {
  const answered = { Query: { a: () => 'a' } };
  test.each<[string, SchemaFragment, string]>([
    ['define a directive', fragment('directive @tag on OBJECT'), 'fixture: @tag: a fragment may not define directives'],
    ['redefine a guard', fragment('directive @authenticated on OBJECT'), 'fixture: @authenticated: a fragment may not define directives'],
    ['have a schema block', fragment('schema { query: Q } type Q { a: Int }'), 'fixture: schema: a fragment may not have a schema block'],
    ['extend the schema', fragment('extend schema @public'), 'fixture: schema: a fragment may not have a schema block'],
    ['be an operation', fragment('query Q { person { name } }'), 'fixture: Q: is no definition of a type'],
    ['define a type of the core', fragment('union Person = PageInfo type PageInfo { a: Int }'), 'fixture: Person: exists in the core schema'],
    ['define a root type', fragment('type Query { a: String @public }', answered), 'fixture: Query: exists in the core schema'],
    ['define a scalar of the specification', fragment('scalar Float'), 'fixture: Float: exists in the core schema'],
    ['define a field of the core', fragment('extend type Query { own: String @public }'), 'fixture: Query.own: exists in the core schema'],
    ['define a field of a type of the core', fragment('extend type Person { age: Int name: String }'), 'fixture: Person.name: exists in the core schema'],
    ['define a type twice', fragment('type A { a: Int } type A { b: Int }'), 'fixture: A: exists in the fragment fixture'],
    ['define a field twice', fragment('extend type Person { a: Int } extend type Person { a: Int }'), 'fixture: Person.a: exists in the fragment fixture'],
    ['put a guard on a type of the core', fragment('extend type Person @authenticated'), 'fixture: Person: an extension may add nothing but fields'],
    ['give a type of the core an interface', fragment('extend type Person implements I interface I { name: String! }'), 'fixture: Person: an extension may add nothing but fields'],
    ['extend an interface', fragment('extend interface Node { more: String }'), 'fixture: Node: only object types may be extended'],
    ['extend what does not exist', fragment('extend type Xylophone { a: Int }'), 'fixture: Xylophone: Cannot extend type "Xylophone" because it is not defined.'],
    ['use an unknown type', fragment('extend type Person { pet: Dog }'), 'fixture: Person.pet: Unknown type "Dog".'],
    ['use an unknown directive', fragment('extend type Person { pet: String @nice }'), 'fixture: Person.pet: Unknown directive "@nice".'],
    ['repeat a guard', fragment('extend type Person { pet: String @authenticated @authenticated }'), 'fixture: Person.pet: The directive "@authenticated" can only be used once at this location.'],
    ['leave out what a guard needs', fragment('extend type Person { pet: String @requiresScopes }'), 'fixture: Person.pet: Directive "@requiresScopes" argument "scopes" of type "[[Scope!]!]!" is required, but it was not provided.'],
    ['give a guard what it cannot read', fragment('extend type Person { pet: String @requiresScopes(scopes: [[null]]) }'), 'fixture: Person.pet: Argument "scopes" has invalid value [[null]].'],
    ['have a type without fields', fragment('type Empty'), 'fixture: Empty: Type Empty must define one or more fields.'],
    ['take a reserved name', fragment('type A { __a: Int }'), 'fixture: A.__a: Name "__a" must not begin with "__", which is reserved by GraphQL introspection.'],
    ['bring a resolver for the core', fragment('type A { a: Int }', { Query: { own: () => 'taken' } }), 'fixture: Query.own: has a resolver, and the fragment does not define it'],
    ['say what a type of the core is', fragment('type A { a: Int }', { Node: { __resolveType: () => 'A' } }), 'fixture: Node.__resolveType: has a resolver, and the fragment does not define it'],
    ['leave a root field without a resolver', fragment('extend type Query { a: String @public }'), 'fixture: Query.a: has no resolver'],
    ['leave a root field without a guard', fragment('extend type Query { a: String }', answered), 'fixture: Query.a: has no guard and is not @public'],
    ['guard what it says is public', fragment('extend type Query { a: String @public @authenticated }', answered), 'fixture: Query.a: is guarded and public'],
  ])('%s', (_what, wrong, problem) => {
    expect(problemsOf(wrong)).toEqual([problem]);
  });
  test('and all of it is said at once, by one error of the closed set', () => {
    expect(refusalOf(fragment('directive @tag on OBJECT extend type Query { own: String }'), fragment('scalar Person', {}, 'other'))).toMatchObject({
      code: 'CAPABILITY_INVALID',
      message: 'The schema cannot be composed: fragment fixture: @tag: a fragment may not define directives; fragment fixture: Query.own: exists in the core schema; fragment other: Person: exists in the core schema',
    });
  });
  test('be no SDL', () => {
    expect(problemsOf(fragment('type A {\n  a: }'))).toEqual(['fixture: line 2: Syntax Error: Expected Name, found "}".']);
  });
  test('collide with another fragment, which is named by its owner', () => {
    const a = fragment('type A { a: Int } extend type Person { a: Int }', {}, 'first');
    const b = fragment('type A { a: Int } extend type Person { a: Int }', {}, 'second');
    expect(problemsOf(b, a)).toEqual(['second: A: exists in the fragment first', 'second: A.a: exists in the fragment first', 'second: Person.a: exists in the fragment first']);
    expect(problemsOf(a, { ...b, name: 'first' })).toEqual(['first: schema: there is another fragment of this name']);
  });
  test('bring a resolver for another fragment', () => {
    const a = fragment('extend type Query { a: String @public }', answered, 'first');
    const b = fragment('type B { a: Int }', { Query: { a: () => 'taken' } }, 'second');
    expect(problemsOf(a, b)).toEqual(['second: Query.a: has a resolver, and the fragment does not define it']);
  });
  test('spoil the others half way: all or none', () => {
    const before = printComposedSchema(core.raw);
    const good = fragment('extend type Query { a: String @public }', answered, 'good');
    expect(problemsOf(good, fragment('scalar Person', {}, 'wrong'))).toEqual(['wrong: Person: exists in the core schema']);
    expect(printComposedSchema(core.raw)).toBe(before);
    expect(core.raw.getQueryType()?.getFields()['a']).toBeUndefined();
  });
});
