import type { ServerResponse } from 'node:http';
import { isDatabaseUnavailable } from '../../persistence/index.js';
import { PolityError } from '../../kernel/errors/index.js';
import { endTogether } from './end-together.js';

const SECURITY_HEADERS = [
  'x-content-type-options', 'nosniff',
  'x-frame-options', 'DENY',
  'referrer-policy', 'no-referrer',
  'cache-control', 'no-store',
  'content-security-policy', "default-src 'none'; frame-ancestors 'none'",
];

/** Names and values of the headers that every answer carries, one after the other. */
export function commonHeaders(requestIdHeader: string, requestId: string): string[] {
  return [...SECURITY_HEADERS, requestIdHeader, requestId];
}

/** Sets the headers that every answer carries; does nothing when they are set. */
export function setCommonHeaders(response: ServerResponse, requestIdHeader: string, requestId: string): void {
  if (response.hasHeader(requestIdHeader)) return;
  const headers = commonHeaders(requestIdHeader, requestId);
  for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] as string, headers[at + 1] as string);
}

/** True for an answer that has begun to stream events and ends when its reader or its source does. */
export function isEventStream(response: ServerResponse): boolean {
  return response.headersSent && String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/** Answers with text of any kind. */
export function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.statusCode = status;
  response.setHeader('content-type', contentType);
  endTogether(response, body);
}

/** An error of a request outside an operation: status and closed code, nothing of the inside. */
export function asPolityError(error: unknown): PolityError {
  if (error instanceof PolityError) return error;
  if (isDatabaseUnavailable(error)) return new PolityError('SERVICE_UNAVAILABLE', 'The database cannot be reached; try again.', { cause: error });
  return new PolityError('INTERNAL_ERROR', 'Internal error', { cause: error });
}

/** Answers an error in the shape of a GraphQL result, which REST callers can read as well. */
export function sendError(response: ServerResponse, error: PolityError): void {
  if (error.httpStatus === 503) response.setHeader('retry-after', '1');
  const retryAfter = error.details?.['retryAfterSeconds'];
  if (error.httpStatus === 429 && typeof retryAfter === 'number') response.setHeader('retry-after', String(retryAfter));
  if (error.httpStatus === 401) response.setHeader('www-authenticate', 'Bearer');
  const message = error.kind === 'internal' ? 'Internal error' : error.message;
  const details = error.kind === 'internal' ? {} : { ...error.details, code: error.code, ...(error.path === undefined ? {} : { inputPath: error.path }) };
  sendJson(response, error.httpStatus, { errors: [{ message, extensions: { ...details, code: error.code } }] });
}
