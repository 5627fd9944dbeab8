import { callerWith, deniedPaths, FakeServices, guardedSchema, run } from '../../../test/support/graphql-fixture.js';
import { PolityError } from '../../kernel/errors/index.js';
import { ANONYMOUS } from '../../system/shared/contracts/index.js';

const ran: string[] = [];
const documents = [{ id: 'doc_1', ref: { key: 'k1' }, body: 'one' }, { id: 'doc_2', ref: { key: 'k2' }, body: 'two' }, { id: 'doc_3', body: 'three' }];
const schema = guardedSchema(
  /* GraphQL */ `
    type Query { documents: [Document] files: [File] document(id: ID, input: Where): Document @can(action: "find", resource: "doc", id: "args.input.id") }
    input Where { id: ID }
    type Document {
      id: ID
      body: String @can(action: "read", resource: "doc")
      notes: String @can(action: "read", resource: "doc")
      linked: String @can(action: "read", resource: "link", id: "source.ref.key")
      inherited: String @can(action: "read", resource: "doc", id: "source.constructor.name")
      signed: String @authenticated @can(action: "read", resource: "doc")
    }
    type File @can(action: "open", resource: "file") { id: ID name: String body: String @can(action: "read", resource: "file") }
    input Change { id: ID, ids: [ID!] }
    type Mutation {
      change(input: Change): Changed @can(action: "write", resource: "doc", id: "args.input.id")
      changeAll(input: Change): Changed @can(action: "write", resource: "doc", id: "args.input.ids")
    }
    type Changed { document: Document }
  `,
  {
    Query: { documents: () => documents, files: () => [{ id: 'fil_1', name: 'f1', body: 'b1' }, { id: 'fil_2', name: 'f2', body: 'b2' }], document: () => documents[0] },
    Document: { linked: () => 'linked', inherited: () => 'inherited', notes: () => 'notes', signed: () => 'signed' },
    Mutation: {
      change: (_source, { input }: { input?: { id?: string } }) => {
        ran.push(String(input?.id));
        return { document: documents[0] };
      },
      changeAll: () => ran.push('all'),
    },
  },
);

let services: FakeServices;
beforeEach(() => {
  services = new FakeServices();
  ran.splice(0);
});
const ask = (source: string, variables?: Record<string, unknown>, caller = callerWith()) => run(schema, source, services.context(caller), variables);
const allow = (...ids: string[]): Set<string> => (services.allowed = new Set(ids));

describe('@can on fields', () => {
  test('asks about the id of the source and denies per object', async () => {
    allow('doc_1', 'doc_3');
    const result = await ask('{ documents { id body } }');
    expect(result.data).toEqual({ documents: [{ id: 'doc_1', body: 'one' }, { id: 'doc_2', body: null }, { id: 'doc_3', body: 'three' }] });
    expect(deniedPaths(result)).toEqual(['documents.1.body']);
  });
  test('asks once per action and type for a whole level', async () => {
    allow('*');
    await ask('{ documents { body notes signed linked } }');
    expect(services.asked.map(({ questions }) => questions.map(({ resourceType, action, resourceId }) => `${resourceType}.${action} ${resourceId}`))).toEqual([
      ['doc.read doc_1', 'doc.read doc_2', 'doc.read doc_3'],
      ['link.read k1', 'link.read k2'],
    ]);
    expect(services.asked.every(({ audited }) => !audited)).toBe(true);
  });
  test('follows a path into the source; a missing part is denied without a question', async () => {
    allow('*');
    const result = await ask('{ documents { linked } }');
    expect(result.data).toEqual({ documents: [{ linked: 'linked' }, { linked: 'linked' }, { linked: null }] });
    expect(deniedPaths(result)).toEqual(['documents.2.linked']);
  });
  test('does not look at inherited properties', async () => {
    allow('*');
    expect(deniedPaths(await ask('{ documents { inherited } }'))).toHaveLength(3);
    expect(services.asked).toEqual([]);
  });
  test('on a field adds to the one on its type', async () => {
    allow('fil_1');
    expect((await ask('{ files { body } }')).data).toEqual({ files: [{ body: 'b1' }, { body: null }] });
    expect(services.asked.map(({ questions }) => questions.map(({ action, resourceId }) => `${action} ${resourceId}`))).toEqual([['open fil_1', 'open fil_2'], ['read fil_1', 'read fil_2']]);
  });
  test('is not asked when the caller fails already', async () => {
    allow('*');
    expect(deniedPaths(await ask('{ documents { signed } }', {}, ANONYMOUS))).toHaveLength(3);
    expect(services.asked).toEqual([]);
  });
  test('takes an argument as the id', async () => {
    allow('doc_1');
    const source = 'query ($input: Where) { document(input: $input) { id } }';
    expect((await ask(source, { input: { id: 'doc_1' } })).data).toEqual({ document: { id: 'doc_1' } });
    for (const variables of [{ input: { id: 'doc_2' } }, { input: {} }, { input: { id: null } }, { input: null }, {}]) {
      expect(deniedPaths(await ask(source, variables))).toEqual(['document']);
    }
    expect(services.asked.map(({ questions }) => questions[0]?.resourceId)).toEqual(['doc_1', 'doc_2']);
  });
  test('on an object type guards each of its fields about the object', async () => {
    allow('fil_1');
    const result = await ask('{ files { id name } }');
    expect(result.data).toEqual({ files: [{ id: 'fil_1', name: 'f1' }, { id: null, name: null }] });
    expect(deniedPaths(result)).toEqual(['files.1.id', 'files.1.name']);
    expect(services.asked).toHaveLength(1);
  });
  test('an engine that fails gives its error and no value', async () => {
    services.failure = new PolityError('SERVICE_UNAVAILABLE', 'gone');
    const { data, errors } = await ask('{ documents { body } }');
    expect(data).toEqual({ documents: [{ body: null }, { body: null }, { body: null }] });
    expect(errors?.map(({ originalError }) => originalError)).toEqual([services.failure, services.failure, services.failure]);
  });
});

describe('@can on mutations', () => {
  const change = 'mutation ($input: Change) { change(input: $input) { document { id } } }';

  test('is an audited decision, made before the resolver', async () => {
    expect(deniedPaths(await ask(change, { input: { id: 'doc_1' } }))).toEqual(['change']);
    expect(services.asked).toEqual([{ audited: true, questions: [{ resourceType: 'doc', action: 'write', resourceId: 'doc_1' }] }]);
    expect(ran).toEqual([]);
    allow('doc_1');
    expect((await ask(change, { input: { id: 'doc_1' } })).data).toEqual({ change: { document: { id: 'doc_1' } } });
    expect(ran).toEqual(['doc_1']);
  });
  test.each([[{ input: {} }], [{ input: null }], [{}]])('is denied without an id: %p', async (variables) => {
    allow('*');
    expect(deniedPaths(await ask(change, variables))).toEqual(['change']);
    expect([services.asked, ran]).toEqual([[], []]);
  });
  test('a list is no id', async () => {
    allow('*');
    expect(deniedPaths(await ask('mutation { changeAll(input: { ids: ["doc_1"] }) { document { id } } }'))).toEqual(['changeAll']);
    expect(ran).toEqual([]);
  });
  test('each mutation of an operation is decided by itself, because the one before may have changed the facts', async () => {
    allow('doc_1');
    const result = await run(
      guardedSchema('type Query { a: Int } type Mutation { revoke(id: ID): Document @can(action: "write", resource: "doc", id: "args.id") } type Document { id: ID body: String @can(action: "read", resource: "doc") }', {
        Mutation: {
          revoke: (_source, { id }: { id: string }) => {
            ran.push(id);
            return { id, get body() { services.allowed.clear(); return 'b'; } };
          },
        },
      }),
      'mutation { first: revoke(id: "doc_1") { body } second: revoke(id: "doc_1") { body } }',
      services.context(callerWith()),
    );
    expect(result.data).toEqual({ first: { body: 'b' }, second: null });
    expect(deniedPaths(result)).toEqual(['second']);
    expect(ran).toEqual(['doc_1']);
    expect(services.asked.map(({ audited }) => audited)).toEqual([true, false, true]);
  });
  test('guards of what a mutation returns are plain questions', async () => {
    allow('doc_1');
    await ask('mutation ($input: Change) { change(input: $input) { document { body } } }', { input: { id: 'doc_1' } });
    expect(services.asked.map(({ audited }) => audited)).toEqual([true, false]);
  });
});
