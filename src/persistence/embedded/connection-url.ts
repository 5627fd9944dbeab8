/**
 * Address of a database behind a socket. The folder stands, percent-encoded, in the place of the host: the one form that `pg`,
 * MikroORM, libpq and the standard URL parser all read (with `?host=` the middle of it is empty and URL refuses it).
 */
export function connectionUrl(socketDir: string, port: number, user: string, database: string): string {
  return `postgres://${encodeURIComponent(user)}@${encodeURIComponent(socketDir)}:${port}/${encodeURIComponent(database)}`;
}
