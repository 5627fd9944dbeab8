import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { at } from './paths.js';

const children = new Set<ChildProcess>();

/** A child process of the suite. */
export interface Child {
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Resolves with the first match in what it prints; rejects with all it printed when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

/** Starts `node <args>`; the child ends with this process, however that ends. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, ['--import', at('bench/support/end-with-parent.mjs'), ...args], {
    cwd: at('.'), env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.add(child);
  child.stdin.on('error', () => undefined);
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  return {
    pid: child.pid as number,
    output: () => text,
    printed: (pattern) => new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text);
        if (match === null) return;
        watchers.delete(look);
        resolve(match);
      };
      watchers.add(look);
      look();
      void ended.then((code) => reject(new Error(`node ${args.join(' ')} ended with ${String(code)}:\n${text}`)));
    }),
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs `node <args>` to its end; @throws Error with what it printed when it fails. */
export async function runNode(args: readonly string[], env: Readonly<Record<string, string>>, input?: string): Promise<string> {
  const child = spawn(process.execPath, [...args], { cwd: at('.'), env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  children.delete(child);
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(code)}:\n${text}`);
  return text;
}

/** Kills what still runs; for the end of this process. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}
