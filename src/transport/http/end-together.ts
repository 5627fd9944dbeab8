import type { ServerResponse } from 'node:http';

let waiting: (readonly [ServerResponse, string])[] = [];

/**
 * Ends an answer together with the others of this turn of the event loop. A write that wakes a sleeping reader costs several times one
 * whose reader is awake; answers that are written one after the other wake it once. Nobody waits longer than for the requests that came
 * with the own one.
 */
export function endTogether(response: ServerResponse, body: string): void {
  if (waiting.length === 0) setImmediate(endWaiting);
  waiting.push([response, body]);
}

function endWaiting(): void {
  const now = waiting;
  waiting = [];
  // Its time may have been over meanwhile, or its client gone.
  for (const [response, body] of now) if (!response.writableEnded && !response.destroyed) response.end(body);
}
