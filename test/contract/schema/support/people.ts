import type { GraphqlCaller } from '../../../support/graphql-caller.js';
import type { TestServer } from '../../../support/server.js';

/** Password of every User that is made here. */
export const PASSWORD = 'a password of these tests';

/** Gives a User of the instance a password by a recovery link, and signs it in. */
export async function signInUser(server: TestServer, userId: string, email: string): Promise<GraphqlCaller> {
  const { token } = await server.admin.mutate<{ token: string }>('createRecoveryLink', { userId }, 'token');
  await server.anonymous.mutate('redeemRecoveryLink', { token, newPassword: PASSWORD }, 'user { id }');
  return server.signIn(email, PASSWORD);
}

/** A User with rights over the control plane, signed in. */
export interface Admin {
  readonly userId: string;
  readonly email: string;
  readonly caller: GraphqlCaller;
  /** Ids of its grants, in the order of the input. */
  readonly grantIds: readonly string[];
}

/**
 * Makes a User with rights over the control plane and signs it in.
 * @param name - lower-case letters and hyphens, used once
 */
export async function signInAdmin(server: TestServer, name: string, grants: readonly object[]): Promise<Admin> {
  const userId = `user_${name.replaceAll('-', '_')}`;
  const email = `${name}@example.com`;
  await server.admin.mutate('createUser', { id: userId, email }, 'user { id }');
  const caller = await signInUser(server, userId, email);
  const grantIds: string[] = [];
  for (const grant of grants) {
    const { adminGrant } = await server.admin.mutate<{ adminGrant: { id: string } }>('createAdminGrant', { userId, ...grant }, 'adminGrant { id }');
    grantIds.push(adminGrant.id);
  }
  return { userId, email, caller, grantIds };
}

/** Makes an API key and gives the caller that holds it. */
export async function withApiKey({ admin }: TestServer, input: object): Promise<{ readonly id: string; readonly caller: GraphqlCaller }> {
  const { secret, apiKey } = await admin.mutate<{ secret: string; apiKey: { id: string } }>('createApiKey', { name: 'Key of a test', ...input }, 'secret apiKey { id }');
  return { id: apiKey.id, caller: admin.withApiKey(secret) };
}
