import { parse, type OperationDefinitionNode } from 'graphql';
import { callerWith, FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { deniedCoordinates, strictRefusal } from './strict-authorization.js';

const schema = guardedSchema(/* GraphQL */ `
  type Query { open: String me: User @authenticated user: User posts: [Post] found: [Found] can: String @can(action: "a", resource: "b") }
  type User { id: ID email: String @requiresScopes(scopes: [["email:read"]]) }
  interface Post { title: String }
  type Public implements Post { title: String }
  type Private implements Post @authenticated { title: String }
  union Found = Public | Private
  type Mutation { change: User @authenticated }
`);
const services = new FakeServices();
const denied = (source: string, context: RequestContext = services.context(), name?: string): string[] => {
  const document = parse(source);
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition' && (name === undefined || definition.name?.value === name)) as OperationDefinitionNode;
  return deniedCoordinates(schema, document, operation, context);
};

describe('deniedCoordinates', () => {
  test('names what the caller may not have, before anything runs', () => {
    expect(denied('{ open me { email } user { id email } }')).toEqual(['Query.me', 'User.email']);
    expect(denied('{ open me { email } }', services.context(callerWith('email:read')))).toEqual([]);
    expect(denied('mutation { change { id } }')).toEqual(['Mutation.change']);
  });
  test('follows the fragments of the operation and no others', () => {
    const source = 'query A { user { ...U } } query B { open } fragment U on User { ... { mail: email } } ';
    expect(denied(source, services.context(), 'A')).toEqual(['User.email']);
    expect(denied(source, services.context(), 'B')).toEqual([]);
  });
  test('counts an interface as a query does', () => {
    expect(denied('{ posts { title } }')).toEqual(['Post.title']);
    expect(denied('{ posts { ... on Public { title ... on Post { title } } ... on Private { __typename title } } }')).toEqual(['Private.title']);
    expect(denied('{ found { __typename ... on Private { title } } }')).toEqual(['Private.title']);
  });
  test('counts what a directive may skip', () => {
    expect(denied('{ open me @skip(if: true) { id } }')).toEqual(['Query.me']);
  });
  test('leaves @can to the execution, and introspection alone', () => {
    expect(denied('{ can __typename __schema { types { name } } }')).toEqual([]);
  });
});

test('strictRefusal is one error with all coordinates, or nothing', () => {
  const document = parse('{ me { email } user { email } }');
  const [operation] = document.definitions as [OperationDefinitionNode];
  expect(strictRefusal(schema, document, operation, services.context())).toMatchObject({
    message: 'Unauthorized field or type', extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', coordinates: ['Query.me', 'User.email'] },
  });
  expect(strictRefusal(schema, document, operation, services.context(callerWith('email:read')))).toBeUndefined();
});
