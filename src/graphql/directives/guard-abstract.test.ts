import { callerWith, deniedPaths, FakeServices, guardedSchema, run } from '../../../test/support/graphql-fixture.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';

const posts = [
  { __typename: 'PublicBlog', id: 'pub_1', title: 'open', text: 'o', author: { name: 'ann' } },
  { __typename: 'PrivateBlog', id: 'pri_1', title: 'hidden', text: 'h', author: { name: 'bob' } },
];
const schema = guardedSchema(
  /* GraphQL */ `
    type Query {
      posts: [Post]
      sameTitles: [Titled]
      found: [Found]
      guardedPosts: [Guarded]
      guardedBlog: GuardedBlog
      closed: [Closed]
      answers: [Answer]
      inner: [Inner]
    }
    interface Post { id: ID title: String text: String author: Author }
    type PublicBlog implements Post { id: ID title: String text: String @requiresScopes(scopes: [["text:read"]]) author: Author }
    type PrivateBlog implements Post & Titled @authenticated { id: ID title: String text: String author: Author }
    type Author { name: String }
    interface Titled { title: String }
    union Found = PublicBlog | PrivateBlog
    interface Guarded @authenticated { title: String }
    type GuardedBlog implements Guarded { title: String }
    union Closed @authenticated = PublicBlog | Author
    interface Answer { value: String @authenticated }
    type Yes implements Answer { value: String }
    interface Outer @authenticated { value: String }
    interface Inner implements Outer { value: String }
    type Leaf implements Inner & Outer { value: String }
  `,
  {
    Query: {
      posts: () => posts, sameTitles: () => posts.slice(1), found: () => posts, guardedPosts: () => [{ __typename: 'GuardedBlog', title: 'g' }],
      guardedBlog: () => ({ title: 'g' }), closed: () => posts.slice(0, 1), answers: () => [{ __typename: 'Yes', value: 'y' }], inner: () => [{ __typename: 'Leaf', value: 'v' }],
    },
  },
);
const services = new FakeServices();
const ask = (source: string, caller: Caller = ANONYMOUS) => run(schema, source, services.context(caller));

describe('a field selected on an interface', () => {
  test('needs what every type that can come back needs', async () => {
    const result = await ask('{ posts { title } }');
    expect(result.data).toEqual({ posts: [{ title: null }, { title: null }] });
    expect(deniedPaths(result)).toEqual(['posts.0.title', 'posts.1.title']);
  });
  test('needs the AND of different requirements', async () => {
    expect((await ask('{ posts { text } }', callerWith())).data).toEqual({ posts: [{ text: null }, { text: null }] });
    expect((await ask('{ posts { text } }', callerWith('text:read'))).data).toEqual({ posts: [{ text: 'o' }, { text: 'h' }] });
  });
  test('passes for those who may have all of it', async () => {
    expect(await ask('{ posts { id title author { name } } }', callerWith())).toEqual({
      data: { posts: [{ id: 'pub_1', title: 'open', author: { name: 'ann' } }, { id: 'pri_1', title: 'hidden', author: { name: 'bob' } }] },
    });
  });
  test('keeps nested objects closed with it', async () => {
    expect((await ask('{ posts { author { name } } }')).data).toEqual({ posts: [{ author: null }, { author: null }] });
  });
  test('through a named fragment is the same', async () => {
    expect((await ask('{ posts { ...T } } fragment T on Post { title }')).data).toEqual({ posts: [{ title: null }, { title: null }] });
  });
  test('is guarded where the interface declares the guard, whatever the type says', async () => {
    expect(deniedPaths(await ask('{ answers { ... on Yes { value } } }'))).toEqual(['answers.0.value']);
    expect(deniedPaths(await ask('{ answers { value } }'))).toEqual(['answers.0.value']);
    expect((await ask('{ answers { value } }', callerWith())).data).toEqual({ answers: [{ value: 'y' }] });
  });
});

describe('inline fragments', () => {
  test('only the forbidden branch is cut', async () => {
    const result = await ask('{ posts { ... on PublicBlog { title } ... on PrivateBlog { title } } }');
    expect(result.data).toEqual({ posts: [{ title: 'open' }, { title: null }] });
    expect(deniedPaths(result)).toEqual(['posts.1.title']);
  });
  test('an interface inside a concrete type counts as that type', async () => {
    expect((await ask('{ posts { ... on PublicBlog { ... on Post { title author { name } } } } }')).data).toEqual({ posts: [{ title: 'open', author: { name: 'ann' } }, {}] });
    expect((await ask('{ posts { ... on PublicBlog { ...P } } } fragment P on Post { id title }')).data).toEqual({ posts: [{ id: 'pub_1', title: 'open' }, {}] });
  });
  test('a fragment that is spread in several places needs what each of them needs', async () => {
    const result = await ask('{ posts { ... on PublicBlog { ...P } } open: posts { ...P } } fragment P on Post { title }');
    expect(result.data).toEqual({ posts: [{ title: null }, {}], open: [{ title: null }, { title: null }] });
  });
  test('a narrower interface counts only its types', async () => {
    expect(deniedPaths(await ask('{ posts { ... on Titled { title } } }'))).toEqual(['posts.1.title']);
  });
  test('a type that may be had comes back although another selection asked on the interface', async () => {
    const result = await ask('{ posts { title ... on PublicBlog { title } } }');
    expect(result.data).toEqual({ posts: [{ title: 'open' }, { title: null }] });
  });
});

describe('__typename', () => {
  test('of an interface is schema, not data', async () => {
    expect(await ask('{ posts { __typename } }')).toEqual({ data: { posts: [{ __typename: 'PublicBlog' }, { __typename: 'PrivateBlog' }] } });
  });
  test('stands beside denied fields', async () => {
    expect((await ask('{ posts { kind: __typename title } }')).data).toEqual({ posts: [{ kind: 'PublicBlog', title: null }, { kind: 'PrivateBlog', title: null }] });
  });
});

describe('unions', () => {
  test('the branch of a guarded member is cut, the others stay', async () => {
    const result = await ask('{ found { __typename ... on PublicBlog { title } ... on PrivateBlog { id title } } }');
    expect(result.data).toEqual({ found: [{ __typename: 'PublicBlog', title: 'open' }, { __typename: 'PrivateBlog', id: null, title: null }] });
    expect(deniedPaths(result)).toEqual(['found.1.id', 'found.1.title']);
  });
  test('an interface on a union needs the AND over its members', async () => {
    expect((await ask('{ found { ... on Post { title } } }')).data).toEqual({ found: [{ title: null }, { title: null }] });
    expect((await ask('{ found { ... on Post { title } } }', callerWith())).data).toEqual({ found: [{ title: 'open' }, { title: 'hidden' }] });
  });
  test('a guarded union guards the fields that return it', async () => {
    expect(deniedPaths(await ask('{ closed { __typename } }'))).toEqual(['closed']);
    expect((await ask('{ closed { ... on PublicBlog { title } } }', callerWith())).data).toEqual({ closed: [{ title: 'open' }] });
  });
});

describe('a guarded interface', () => {
  test('guards the fields that return it', async () => {
    expect(deniedPaths(await ask('{ guardedPosts { __typename } }'))).toEqual(['guardedPosts']);
  });
  test('guards the types that implement it, also when they are returned by name', async () => {
    expect(deniedPaths(await ask('{ guardedBlog { __typename title } }'))).toEqual(['guardedBlog']);
    expect((await ask('{ guardedBlog { title } }', callerWith())).data).toEqual({ guardedBlog: { title: 'g' } });
  });
  test('guards the interfaces that implement it', async () => {
    expect(deniedPaths(await ask('{ inner { __typename } }'))).toEqual(['inner']);
    expect((await ask('{ inner { value } }', callerWith())).data).toEqual({ inner: [{ value: 'v' }] });
  });
});

describe('@can on implementations', () => {
  const files = guardedSchema(
    'type Query { files: [File] } interface File { id: ID name: String } type Plan implements File @can(action: "read", resource: "plan") { id: ID name: String } type Note implements File { id: ID name: String }',
    { Query: { files: () => [{ __typename: 'Plan', id: 'pla_1', name: 'p' }, { __typename: 'Note', id: 'not_1', name: 'n' }] } },
  );
  test('is asked about the object, so siblings of other types do not suffer', async () => {
    const own = new FakeServices();
    const result = await run(files, '{ files { name } }', own.context(callerWith()));
    expect(result.data).toEqual({ files: [{ name: null }, { name: 'n' }] });
    expect(own.asked.map(({ questions }) => questions)).toEqual([[{ resourceType: 'plan', action: 'read', resourceId: 'pla_1' }]]);
  });
});
