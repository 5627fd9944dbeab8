import type { GraphqlCaller } from '../../support/graphql-caller.js';
import type { TestServer } from '../../support/server.js';
import { PASSWORD } from './finance-reviewer.js';

/** Makes an API key and gives the caller that holds it. */
export async function withApiKey(maker: GraphqlCaller, input: object): Promise<GraphqlCaller & { readonly secret: string; readonly apiKeyId: string }> {
  const { secret, apiKey } = await maker.mutate<{ secret: string; apiKey: { id: string } }>('createApiKey', { name: 'contract', ...input }, 'secret apiKey { id }');
  return Object.assign(maker.withApiKey(secret), { secret, apiKeyId: apiKey.id });
}

/** Gives a User of the instance a password by a recovery link, and signs it in. */
export async function signInUser(server: TestServer, userId: string, email: string): Promise<GraphqlCaller> {
  const { token } = await server.admin.mutate<{ token: string }>('createRecoveryLink', { userId }, 'token');
  await server.anonymous.mutate('redeemRecoveryLink', { token, newPassword: PASSWORD }, 'user { id }');
  return server.signIn(email, PASSWORD);
}

/** A person whose rights over the control plane a test sets; signed in once, because checking passwords is dear. */
export class Delegate {
  private held: string[] = [];

  private constructor(
    private readonly admin: GraphqlCaller,
    private readonly caller: GraphqlCaller,
    readonly userId: string,
  ) {}

  static async create(server: TestServer, name: string): Promise<Delegate> {
    const [userId, email] = [`user_${name}`, `${name}@example.com`];
    await server.admin.mutate('createUser', { id: userId, email }, 'user { id }');
    return new Delegate(server.admin, await signInUser(server, userId, email), userId);
  }

  /** Takes away what the person holds, gives it exactly these rights, and gives the caller. */
  async holds(...grants: readonly object[]): Promise<GraphqlCaller> {
    for (const id of this.held) await this.admin.mutate('revokeAdminGrant', { id }, 'adminGrant { id }');
    this.held = [];
    for (const grant of grants) {
      const { adminGrant } = await this.admin.mutate<{ adminGrant: { id: string } }>('createAdminGrant', { userId: this.userId, ...grant }, 'adminGrant { id }');
      this.held.push(adminGrant.id);
    }
    return this.caller;
  }
}
