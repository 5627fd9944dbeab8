import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { readBody } from './read-body.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the JSON body of a request.
 * @throws PolityError `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, or `VALIDATION_FAILED` for what is no JSON in UTF-8.
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new PolityError('UNSUPPORTED_MEDIA_TYPE', 'A body must be application/json.');
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw new PolityError('UNSUPPORTED_MEDIA_TYPE', 'A body must not be compressed.');
  const bytes = await readBody(request, mostBytes);
  try {
    // Most bodies are ASCII, which needs no decoder.
    return JSON.parse(isAscii(bytes) ? bytes.toString('latin1') : UTF8.decode(bytes));
  } catch (error) {
    throw new PolityError('VALIDATION_FAILED', 'The body is no valid JSON.', { cause: error });
  }
}
