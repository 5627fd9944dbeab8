import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the page begins with. */
export const WELCOME = `# Run SignIn with the password that the start printed, then put this into the Headers tab:
#   { "Authorization": "Bearer <accessToken>" }
mutation SignIn {
  signIn(input: { email: "admin@demo.localhost", password: "" }) {
    accessToken
    errors { code message }
  }
}

query Me {
  me {
    credentialKind
    permissions { key }
  }
}
`;

let page: Promise<string> | undefined;

/** True for a browser that opens the GraphQL address itself. */
export function wantsGraphiql(request: IncomingMessage): boolean {
  const { accept = '' } = request.headers;
  return request.method === 'GET' && accept.includes('text/html') && !/[?&](?:query|documentId|extensions)=/.test(request.url ?? '');
}

/** Answers with the GraphiQL page: one document, nothing fetched from elsewhere. */
export async function sendGraphiql(response: ServerResponse): Promise<void> {
  page ??= render();
  const html = await page;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-cache');
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data:; font-src data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
  );
  response.end(html);
}

// Loaded by the first who opens it: the page and what it is made of take more than 30 MB, which no other process should pay for.
async function render(): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL({ title: 'Polity', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: WELCOME });
}
