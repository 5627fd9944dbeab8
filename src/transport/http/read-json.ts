import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { readBody } from './read-body.js';

const TYPE = 'application/json';
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the JSON body of a request.
 * @throws PolityError `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, or `VALIDATION_FAILED` for what is no JSON in UTF-8.
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) throw new PolityError('UNSUPPORTED_MEDIA_TYPE', 'A body must be application/json, in UTF-8.');
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

function isJson(contentType = ''): boolean {
  if (contentType === TYPE) return true;
  const charset = CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === TYPE && (charset === 'utf-8' || charset === 'utf8');
}
