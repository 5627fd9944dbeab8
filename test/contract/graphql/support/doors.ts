import { createClient } from 'graphql-ws';
import type { GraphqlCaller } from '../../../support/graphql-caller.js';

/** One operation as a client sends it, by whichever door. */
export interface DoorRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What came back. */
export interface DoorAnswer {
  /** Absent for WebSocket. */
  readonly status?: number;
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, any>> }[];
  readonly extensions?: Readonly<Record<string, any>>;
}

/** Sends an operation and gives its first answer. */
export type Door = (caller: GraphqlCaller, request: DoorRequest, headers?: Readonly<Record<string, string>>) => Promise<DoorAnswer>;

/** Every way by which an operation can come in. */
export const DOORS: Readonly<Record<'POST' | 'GET' | 'WebSocket' | 'SSE by POST' | 'SSE by GET', Door>> = {
  POST: async (caller, request, headers) => json(await post(caller, '/graphql', request, headers)),
  GET: async (caller, request, headers) => json(await get(caller, '/graphql', request, headers)),
  WebSocket: (caller, request) => overSocket(caller, request),
  'SSE by POST': async (caller, request, headers) => events(await post(caller, '/graphql/stream', request, headers)),
  'SSE by GET': async (caller, request, headers) => events(await get(caller, '/graphql/stream', request, headers)),
};

/** The doors by name, for `test.each`. */
export const EVERY_DOOR = Object.entries(DOORS);

/** Posts any body. */
export function post({ url, headers }: GraphqlCaller, path: string, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: accepted(path), ...headers, ...more }, body: JSON.stringify(body) });
}

function get({ url, headers }: GraphqlCaller, path: string, { query, variables, extensions }: DoorRequest, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  const search = new URLSearchParams({ query });
  if (variables !== undefined) search.set('variables', JSON.stringify(variables));
  if (extensions !== undefined) search.set('extensions', JSON.stringify(extensions));
  return fetch(`${url}${path}?${search}`, { headers: { accept: accepted(path), ...headers, ...more } });
}

function accepted(path: string): string {
  return path === '/graphql' ? 'application/graphql-response+json' : 'text/event-stream';
}

async function json(response: Response): Promise<DoorAnswer> {
  const text = await response.text();
  return { status: response.status, ...(text.startsWith('{') ? (JSON.parse(text) as DoorAnswer) : {}) };
}

// Refusals are JSON; answers are the first event.
async function events(response: Response): Promise<DoorAnswer> {
  const { body, status, headers } = response;
  if (headers.get('content-type')?.startsWith('text/event-stream') !== true || body === null) return json(response);
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString();
    const found = /^data: (.+)\n\n/m.exec(text)?.[1];
    if (found !== undefined) return { status, ...(JSON.parse(found) as DoorAnswer) };
  }
  throw new Error(`no event: ${text}`);
}

async function overSocket({ url, headers }: GraphqlCaller, request: DoorRequest): Promise<DoorAnswer> {
  const client = createClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, connectionParams: headers, retryAttempts: 0, lazyCloseTimeout: 0 });
  try {
    return await new Promise<DoorAnswer>((resolve, reject) => {
      client.subscribe(request as never, {
        next: (result) => resolve(result as DoorAnswer),
        error: (error) => (Array.isArray(error) ? resolve({ errors: error as DoorAnswer['errors'] }) : reject(error as Error)),
        complete: () => reject(new Error('completed without an answer')),
      });
    });
  } finally {
    await client.dispose();
  }
}
