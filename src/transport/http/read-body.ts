import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';

/**
 * Reads a body of bounded size. The connection stays open when it is refused, so that the refusal can be answered.
 *
 * @throws PolityError `PAYLOAD_TOO_LARGE` as soon as the announced or the received size is above the limit; Error when the client leaves
 */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  // Its events are over: nobody would tell.
  if (request.destroyed) throw clientLeft();
  // By events: an iterator over the stream costs more than all the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // The listeners stay: what they hear of a body that is refused or read is nothing to them.
    request.on('data', (chunk: Buffer) => {
      if (size > mostBytes) return;
      size += chunk.length;
      chunks.push(chunk);
      if (size <= mostBytes) return;
      chunks.splice(0);
      request.pause();
      reject(tooLarge(mostBytes));
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(clientLeft());
    });
  });
}

function tooLarge(mostBytes: number): PolityError {
  return new PolityError('PAYLOAD_TOO_LARGE', `A body may have at most ${mostBytes} bytes.`);
}

function clientLeft(): Error {
  return new Error('the client left before the end of its body');
}
