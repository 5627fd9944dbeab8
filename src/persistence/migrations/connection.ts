import { Client } from 'pg';

/** Runs work on a connection of its own. Statements of a migration may take as long as they need. */
export async function withConnection<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, application_name: 'polity migrate' });
  // The statement in flight rejects by itself; without a listener the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET client_min_messages = 'warning'");
    return await work(client);
  } finally {
    await client.end();
  }
}
