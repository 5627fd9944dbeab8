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
    const settle = (how: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      how();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= mostBytes) return;
      request.pause();
      settle(() => reject(tooLarge(mostBytes)));
    };
    const onEnd = (): void => settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(clientLeft()));
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

function tooLarge(mostBytes: number): PolityError {
  return new PolityError('PAYLOAD_TOO_LARGE', `A body may have at most ${mostBytes} bytes.`);
}

function clientLeft(): Error {
  return new Error('the client left before the end of its body');
}
