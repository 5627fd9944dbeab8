import type { LoadJob } from './jobs.js';
import { PreparedConnection, requestBytes } from './prepared-connection.js';

/** Runs a load; @throws Error at the first answer that is not the expected one. */
export async function runLoad({ target, bodies, connections, seconds = Infinity, requests = Infinity, contains }: LoadJob, note: (operation: string, ms: number) => void): Promise<void> {
  const prepared = bodies.map((body) => requestBytes(target, body));
  const until = performance.now() + seconds * 1_000;
  let next = 0;
  const work = async (): Promise<void> => {
    const done = Promise.withResolvers<void>();
    let began = performance.now();
    const sendNext = (): void => {
      if (began >= until || next >= requests) done.resolve();
      else connection.send(prepared[next++ % prepared.length] as Buffer);
    };
    const connection = await PreparedConnection.open(target, contains, (failure) => {
      if (failure !== undefined) return done.reject(failure);
      const ended = performance.now();
      note('', ended - began);
      began = ended;
      sendNext();
    });
    try {
      began = performance.now();
      sendNext();
      await done.promise;
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
}
