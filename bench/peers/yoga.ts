import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { contextOf } from '../graphql/peer-callers.js';
import { countRequest } from '../graphql/peer-metrics.js';
import { BENCH_RESOLVERS } from '../graphql/resolvers.js';
import { benchSchema } from '../graphql/schema.js';

// graphql-yoga as it comes, on node:http.

const yoga = createYoga({
  schema: createSchema({ typeDefs: benchSchema({ root: 'type Query', open: '', guarded: false }), resolvers: BENCH_RESOLVERS }),
  context: ({ request }) => contextOf({ authorization: request.headers.get('authorization') ?? undefined }),
});
const server = createServer((request, response) => {
  const began = performance.now();
  response.on('finish', () => countRequest(request.method ?? '', response.statusCode, (performance.now() - began) / 1_000));
  void yoga(request, response);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`peer at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit());
