import { createClient } from 'graphql-ws';
import type { GraphqlCaller, GraphqlFailure } from '../../../support/graphql-caller.js';
import { socketParams } from './streams.js';

/** One operation. */
export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What an answer says, whatever carried it. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly code: string; readonly coordinates?: unknown }[];
}

type Result = { readonly data?: unknown; readonly errors?: readonly GraphqlFailure[] };

/** Sends one operation of a caller by one way and gives its first answer. */
export type Way = (caller: GraphqlCaller, operation: Operation) => Promise<Answer>;

/** The ways of queries and mutations. */
export const WAYS: Readonly<Record<'HTTP' | 'batch' | 'WebSocket' | 'SSE', Way>> = {
  HTTP: async (caller, operation) => said(await post(caller, '/graphql', operation)),
  batch: async (caller, operation) => said((await post<Result[]>(caller, '/graphql', [{ query: '{ __typename }' }, operation]))[1] as Result),
  WebSocket: byWebSocket,
  SSE: bySse,
};

/** The ways of subscriptions. */
export const STREAM_WAYS = { WebSocket: byWebSocket, SSE: bySse } as const;

/** A query in the address. */
export async function byGet(caller: GraphqlCaller, { query, variables }: Operation): Promise<Answer> {
  const parameters = new URLSearchParams({ query, ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }) });
  const response = await fetch(`${caller.url}/graphql?${parameters.toString()}`, { headers: { accept: 'application/json', ...caller.headers } });
  return said((await response.json()) as Result);
}

async function post<Body = Result>(caller: GraphqlCaller, path: string, body: unknown): Promise<Body> {
  const response = await fetch(caller.url + path, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', ...caller.headers }, body: JSON.stringify(body) });
  return (await response.json()) as Body;
}

async function byWebSocket(caller: GraphqlCaller, operation: Operation): Promise<Answer> {
  const client = createClient({ url: `${caller.url.replace(/^http/, 'ws')}/graphql`, connectionParams: socketParams(caller), retryAttempts: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  client.subscribe(operation as { query: string }, {
    next: (result) => resolve(said(result as Result)),
    error: (error) => (Array.isArray(error) ? resolve(said({ errors: error as GraphqlFailure[] })) : reject(new Error('the socket failed', { cause: error }))),
    complete: () => reject(new Error('completed without an answer')),
  });
  try {
    return await promise;
  } finally {
    await client.dispose();
  }
}

async function bySse(caller: GraphqlCaller, operation: Operation): Promise<Answer> {
  const response = await fetch(`${caller.url}/graphql/stream`, {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...caller.headers }, body: JSON.stringify(operation),
  });
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    const event = /event: next\ndata: (.*)\n\n/.exec(text);
    if (event === null) continue;
    // Leaving the loop breaks the connection off.
    return said(JSON.parse(event[1] as string) as Result);
  }
  throw new Error(`no answer in: ${text}`);
}

function said({ data, errors }: Result): Answer {
  const shown = errors?.map(({ message, path, extensions: { code, coordinates } }) => ({ message, path, code, ...(coordinates === undefined ? {} : { coordinates }) }));
  return { ...(data === undefined ? {} : { data }), ...(shown === undefined ? {} : { errors: shown }) };
}
