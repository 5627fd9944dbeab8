import { kindOfStatus, PolityClientError, type AnswerFacts } from '../errors/index.js';

/** An answer of the server that is JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly facts: AnswerFacts;
}

/** @throws PolityClientError `INVALID_JSON_RESPONSE`: a proxy, or something else that is not Polity, answered */
export function readAnswer(response: Response, body: string, sentRequestId: string): HttpAnswer {
  const { status } = response;
  const facts: AnswerFacts = {
    status,
    requestId: response.headers.get('x-request-id') ?? sentRequestId,
    retryAfter: retryAfterOf(response.headers.get('retry-after')),
  };
  try {
    return { status, json: JSON.parse(body) as unknown, facts };
  } catch (cause) {
    // With a good status it is the server that is not what it should be, not the call.
    const kind = status < 400 ? 'internal' : kindOfStatus(status);
    throw new PolityClientError({ ...facts, code: 'INVALID_JSON_RESPONSE', kind, message: `The answer with status ${status} is no JSON.`, cause });
  }
}

/** Seconds of a `Retry-After` header, which holds seconds or a date. */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
