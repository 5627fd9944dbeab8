import { type Client, escapeIdentifier } from 'pg';

/** Runs work under a role, inside the client's transaction; when it throws, the role goes with the transaction. */
export async function asRole<Result>(client: Client, role: string, work: () => Promise<Result>): Promise<Result> {
  await client.query(`SET LOCAL ROLE ${escapeIdentifier(role)}`);
  const result = await work();
  await client.query('SET LOCAL ROLE NONE');
  return result;
}
