import type { ServerResponse } from 'node:http';

let waiting: (readonly [ServerResponse, string, BufferEncoding])[] = [];

/**
 * Ends an answer together with the others of this turn of the event loop. A write that wakes a sleeping reader costs several times one
 * whose reader is awake; answers that are written one after the other wake it once. Nobody waits longer than for the requests that came
 * with the own one.
 *
 * @param head - names and values of all its headers, where none is set yet: cheaper than setting one after the other
 */
export function endTogether(response: ServerResponse, body: string, head?: string[]): void {
  const length = Buffer.byteLength(body);
  if (head === undefined) response.setHeader('content-length', length);
  else response.writeHead(response.statusCode, [...head, 'content-length', String(length)]);
  // What is ASCII need not be encoded.
  const encoding = length === body.length ? 'latin1' : 'utf8';
  if (waiting.length === 0) setImmediate(endWaiting);
  waiting.push([response, body, encoding]);
}

function endWaiting(): void {
  const now = waiting;
  waiting = [];
  // Its time may have been over meanwhile, or its client gone.
  for (const [response, body, encoding] of now) if (!response.writableEnded && !response.destroyed) response.end(body, encoding);
}
