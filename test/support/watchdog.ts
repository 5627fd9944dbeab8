import { spawn } from 'node:child_process';

/** A process that outlives this one to clean up after it. */
export interface Watchdog {
  /** Lets it clean up now. */
  release(): void;
}

/**
 * Waits for the end of its input, which this process's death brings about too, then stops the server and removes the folder, and
 * the one it points to where PostgreSQL could not enter it.
 */
const SCRIPT = `
  cat > /dev/null
  [ -d "$0" ] || exit 0
  home=$0
  [ -f "$0/pg.location" ] && home=$(cat "$0/pg.location")
  read -r pid < "$home/pg/postmaster.pid" && kill -INT "$pid"
  tries=0
  while [ -e "$home/pg/postmaster.pid" ] && [ "$tries" -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
  rm -rf "$home" "$0"`;

/** Starts the watchdog of a cluster's data folder, apart from the terminal's signals. */
export function watchOver(dataDir: string): Watchdog {
  const child = spawn('/bin/sh', ['-c', SCRIPT, dataDir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  // A pipe is a socket with its own hold on the event loop, which the typing of a stream does not tell.
  (child.stdin as unknown as { unref(): void }).unref();
  return { release: () => child.stdin.end() };
}
