import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { readBody } from '../http/read-body.js';
import { isObject, type JsonObject } from './read-fields.js';

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

/**
 * Reads the JSON object of a request. AuthZEN answers every request that it cannot read with 400, also one of another media type.
 *
 * @throws PolityError `VALIDATION_FAILED`, or `PAYLOAD_TOO_LARGE`
 */
export async function readRequest(request: IncomingMessage, mostBytes: number): Promise<JsonObject> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw unreadable('A body must be application/json.');
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') throw unreadable('A body must not be compressed.');
  const bytes = await readBody(request, mostBytes);
  if (bytes.length === 0) throw unreadable('The body is empty.');
  if (!isUtf8(bytes)) throw unreadable('The body is not in UTF-8.');
  const value = parsed(bytes.toString('utf8'));
  if (!isObject(value)) throw unreadable('The body must be a JSON object.');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable('The body is no valid JSON.', cause);
  }
}

function unreadable(message: string, cause?: unknown): PolityError {
  return new PolityError('VALIDATION_FAILED', message, { path: [], ...(cause === undefined ? {} : { cause }) });
}
