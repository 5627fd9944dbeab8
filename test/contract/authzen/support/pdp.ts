/** An answer of the API. */
export interface PdpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly body: PdpBody;
}

/** What a body may hold. */
export interface PdpBody {
  readonly decision?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly evaluations?: readonly { readonly decision: unknown; readonly context?: Readonly<Record<string, unknown>> }[];
  readonly results?: readonly Readonly<Record<string, unknown>>[];
  readonly page?: { readonly next_token: string; readonly count?: number };
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** Sends AuthZEN requests to a server: one caller of a test. */
export class Pdp {
  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>>,
  ) {}

  static withKey(url: string, apiKey: string): Pdp {
    return new Pdp(url, { authorization: `Bearer ${apiKey}` });
  }

  /** Posts a body, as it is when it is a text. */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<PdpAnswer> {
    const response = await fetch(`${this.url}/access/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  evaluation(body: unknown, headers?: Readonly<Record<string, string>>): Promise<PdpAnswer> {
    return this.post('evaluation', body, headers);
  }

  evaluations(body: unknown): Promise<PdpAnswer> {
    return this.post('evaluations', body);
  }

  search(kind: 'subject' | 'resource' | 'action', body: unknown): Promise<PdpAnswer> {
    return this.post(`search/${kind}`, body);
  }
}

function parsed(text: string): PdpBody {
  try {
    return JSON.parse(text) as PdpBody;
  } catch {
    return {};
  }
}
