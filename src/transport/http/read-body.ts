import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';

/**
 * Reads a body of bounded size. The connection stays open when it is refused, so that the refusal can be answered.
 * @throws PolityError `PAYLOAD_TOO_LARGE` as soon as the announced or the received size is above the limit.
 */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > mostBytes) throw tooLarge(mostBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(mostBytes: number): PolityError {
  return new PolityError('PAYLOAD_TOO_LARGE', `A body may have at most ${mostBytes} bytes.`);
}
