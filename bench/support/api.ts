import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { at } from './paths.js';

/** One error of an answer. */
export interface Failure {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** One caller of a server, for what is not measured by the load client. */
export class Api {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The same caller at another server. */
  at(url: string): Api {
    return new Api(url, this.headers);
  }

  async send<Data>(query: string, variables?: object): Promise<{ data?: Data | null; errors?: readonly Failure[] }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...this.headers }, body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: Data | null; errors?: readonly Failure[] };
  }

  /** @throws Error when the answer has errors. */
  async data<Data>(query: string, variables?: object): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables);
    if (errors !== undefined || data === null || data === undefined) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data;
  }

  /** Sends one mutation `field(input: …)`; @throws Error when it refuses. */
  async mutate<Payload>(field: string, input: object, selection: string): Promise<Payload> {
    const data = await this.data<Record<string, Payload & { errors: unknown[] }>>(mutationText(field, selection), { input });
    const payload = data[field];
    if (payload === undefined || payload.errors.length > 0) throw new Error(`${field}: ${JSON.stringify(payload?.errors)}`);
    return payload;
  }

  /** Sends one mutation and gives the id of the object it made or changed. */
  async make(field: string, object: string, input: object): Promise<string> {
    const payload = await this.mutate<Record<string, { id: string }>>(field, input, `${object} { id }`);
    return payload[object]?.id as string;
  }
}

/** Document of one mutation `field(input: …)`. */
export function mutationText(field: string, selection: string): string {
  return `mutation ($input: ${inputTypeOf(field)}) { ${field}(input: $input) { ${selection} errors { code message } } }`;
}

let schema: GraphQLSchema | undefined;

function inputTypeOf(field: string): string {
  schema ??= buildSchema(readFileSync(at('schema.graphql'), 'utf8'));
  const [input] = schema.getMutationType()?.getFields()[field]?.args ?? [];
  if (input === undefined) throw new Error(`there is no mutation ${field}`);
  return String(input.type);
}
