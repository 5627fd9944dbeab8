import { builtInSchema } from '../../src/boot/built-in-schema.js';

/** One error of an answer. */
export interface GraphqlFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** A whole answer. */
export interface GraphqlAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlFailure[];
}

/** Sends GraphQL over HTTP with fixed headers: one caller of a test. */
export class GraphqlCaller {
  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same server, other headers. */
  with(headers: Readonly<Record<string, string>>): GraphqlCaller {
    return new GraphqlCaller(this.url, { ...this.headers, ...headers });
  }

  /** A caller with an API key. */
  withApiKey(apiKey: string): GraphqlCaller {
    return new GraphqlCaller(this.url, { 'x-polity-api-key': apiKey });
  }

  /** The access token of this caller, for WebSocket connection parameters. */
  get accessToken(): string | undefined {
    return this.headers.authorization?.slice('Bearer '.length);
  }

  async send<Data = Record<string, never>>(query: string, variables?: object, headers: Readonly<Record<string, string>> = {}): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...this.headers, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Pick<GraphqlAnswer<Data>, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, ...body };
  }

  /** Data of an answer that must have no errors. */
  async data<Data = Record<string, never>>(query: string, variables?: object): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables);
    if (errors !== undefined || data === null || data === undefined) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
    return data;
  }

  /**
   * Sends one mutation `field(input: …)` and gives its payload, which must have no user errors.
   * @param selection - fields of the payload beside `errors`
   */
  async mutate<Payload = Record<string, unknown>>(field: string, input: object, selection: string): Promise<Payload & { readonly errors: readonly unknown[] }> {
    const payload = await this.tryMutate<Payload>(field, input, selection);
    if (payload.errors.length > 0) throw new Error(`${field}: ${JSON.stringify(payload.errors)}`);
    return payload;
  }

  /** Sends one mutation and gives its payload, whatever its user errors. GraphQL errors throw. */
  async tryMutate<Payload = Record<string, unknown>>(field: string, input: object, selection: string): Promise<Payload & { readonly errors: readonly { code: string; message: string; path: string[] }[] }> {
    const type = await inputTypeOf(field);
    const data = await this.data<Record<string, Payload & { errors: { code: string; message: string; path: string[] }[] }>>(
      `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} errors { code message path } } }`, { input });
    return data[field] as Payload & { errors: { code: string; message: string; path: string[] }[] };
  }
}

async function inputTypeOf(mutation: string): Promise<string> {
  const field = (await builtInSchema()).raw.getMutationType()?.getFields()[mutation];
  if (field?.args[0] === undefined) throw new Error(`there is no mutation ${mutation}`);
  return String(field.args[0].type);
}
