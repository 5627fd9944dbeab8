import { invalidResponse, kindOfStatus, PolityClientError, type AnswerFacts } from './errors/index.js';
import type { HttpAnswer } from './http/http-answer.js';

/** Answer of `/livez`: the process is there. */
export interface Health {
  readonly status: string;
  readonly requestId: string;
}

/** State of one capability. */
export interface CapabilityReadiness {
  readonly id: string;
  readonly version: string;
  readonly state: string;
  readonly startDurationMs?: number;
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message?: string };
  readonly since?: string;
}

/** Answer of `/readyz`. Not being ready is an answer, too. */
export interface Readiness {
  readonly ready: boolean;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly capabilities: readonly CapabilityReadiness[];
  readonly requestId: string;
}

/** Answer of `/version`. */
export interface Version {
  readonly version: string;
  readonly requestId: string;
  readonly [field: string]: unknown;
}

export function readHealth({ json, status, facts }: HttpAnswer): Health {
  const body = bodyOf(json, status, facts);
  return { status: String(body.status), requestId: facts.requestId ?? '' };
}

export function readReadiness({ json, status, facts }: HttpAnswer): Readiness {
  const body = bodyOf(json, status === 503 ? 200 : status, facts);
  if (typeof body.status !== 'string') throw invalidResponse('The answer is no readiness.', facts);
  return {
    ready: status === 200,
    status: body.status,
    reasons: listOf<string>(body.reasons),
    warnings: listOf<string>(body.warnings),
    capabilities: listOf<CapabilityReadiness>(body.capabilities),
    requestId: facts.requestId ?? '',
  };
}

export function readVersion({ json, status, facts }: HttpAnswer): Version {
  const body = bodyOf(json, status, facts);
  if (typeof body.version !== 'string') throw invalidResponse('The answer is no version.', facts);
  return { ...body, version: body.version, requestId: facts.requestId ?? '' };
}

function bodyOf(json: unknown, status: number, facts: AnswerFacts): Record<string, unknown> {
  if (status >= 400) {
    throw new PolityClientError({ ...facts, code: 'INVALID_RESPONSE', kind: kindOfStatus(status), message: `The public route answered with status ${status}.` });
  }
  if (typeof json !== 'object' || json === null) throw invalidResponse('The answer is no object.', facts);
  return json as Record<string, unknown>;
}

function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}
