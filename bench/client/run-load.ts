import { Connection } from './connection.js';
import type { LoadJob } from './jobs.js';

/** Runs a load; @throws Error at the first answer that is not the expected one. */
export async function runLoad({ target, bodies, connections, seconds = Infinity, requests = Infinity, contains }: LoadJob, note: (operation: string, ms: number) => void): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  let next = 0;
  const work = async (): Promise<void> => {
    const connection = await Connection.open(target);
    try {
      for (let began = performance.now(); began < until && next < requests;) {
        const { status, body } = await connection.post(bodies[next++ % bodies.length] ?? '');
        if (status !== 200 || !body.includes(contains)) throw new Error(`unexpected answer ${status}: ${body.slice(0, 1_000)}`);
        const ended = performance.now();
        note('', ended - began);
        began = ended;
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
}
