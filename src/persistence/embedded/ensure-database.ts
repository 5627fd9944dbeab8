import { Client, escapeIdentifier } from 'pg';

const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

/**
 * Creates a database where it is missing; of two processes that do so at once, one creates it.
 *
 * @param url - a superuser's address of another database of the cluster
 * @returns whether this call created it
 */
export async function ensureDatabase(url: string, name: string): Promise<boolean> {
  const client = new Client({ connectionString: url, application_name: 'polity supervisor' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return false;
    await client.query(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE template0`);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === DUPLICATE_DATABASE || code === UNIQUE_VIOLATION) return false;
    throw error;
  } finally {
    await client.end();
  }
}
