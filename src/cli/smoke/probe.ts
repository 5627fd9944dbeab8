/** Longest wait for one answer, milliseconds. */
const TIMEOUT_MS = 10_000;

/** What a server answered. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined when the body is none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Asks one server over HTTP. */
export class Probe {
  constructor(private readonly base: string) {}

  get(path: string): Promise<Answer> {
    return this.send(path, {});
  }

  /** @param apiKey - absent = without credentials */
  graphql(query: string, variables: object, apiKey?: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { 'x-polity-api-key': apiKey }) };
    return this.send('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json().catch(() => undefined);
    return { status: response.status, body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined };
  }
}

/** Codes of the errors of a GraphQL answer. */
export function codesOf({ body }: Answer): string[] {
  const errors = (body?.['errors'] ?? []) as readonly { extensions?: { code?: string } }[];
  return errors.map(({ extensions }) => extensions?.code ?? 'no code');
}
