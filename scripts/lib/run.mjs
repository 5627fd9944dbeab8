import { spawn } from 'node:child_process';
import { fail } from './output.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ECHO_MILLISECONDS = 500;

/**
 * Runs a command in the place of this process: same terminal, signals forwarded, and its end is awaited however long it drains.
 * Ctrl-C reaches the whole process group, and npm forwards it as well, so the child may see a signal more than once:
 * repeats that follow within half a second are not forwarded.
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} how the command ended
 */
export function run(command, args, environment = {}) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  const last = new Map();
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      const now = Date.now();
      if (now - (last.get(signal) ?? 0) < ECHO_MILLISECONDS) return;
      last.set(signal, now);
      child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`cannot run ${command}: ${error.message}`));
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Ends this process as the command ended, by the same code or the same signal. */
export function endAs({ code, signal }) {
  if (signal === null) process.exit(code);
  for (const forwarded of FORWARDED) process.removeAllListeners(forwarded);
  process.kill(process.pid, signal);
}
