/** What a caller may choose about the server. */
export interface ServerChoices {
  /** False gives up what a power cut would take; for tests. Default true. */
  readonly fsync?: boolean;
  /** Settings of PostgreSQL that override ours. */
  readonly extraSettings?: Readonly<Record<string, string>>;
}

const quoted = (path: string): string => `"${path.replaceAll('"', '""')}"`;

/** The server's command line settings. Where it listens is not a choice: a socket in a private folder and nothing else. */
export function serverSettings({ fsync = true, extraSettings }: ServerChoices, socketDir: string, port: number): string[] {
  const settings = {
    max_connections: '100',
    shared_buffers: '128MB',
    max_prepared_transactions: '0',
    jit: 'off',
    synchronous_commit: 'on',
    fsync: fsync ? 'on' : 'off',
    full_page_writes: fsync ? 'on' : 'off',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    ...extraSettings,
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: quoted(socketDir),
    unix_socket_permissions: '0700',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
