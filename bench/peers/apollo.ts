import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { contextOf, type PeerContext } from '../graphql/peer-callers.js';
import { countRequest } from '../graphql/peer-metrics.js';
import { BENCH_RESOLVERS } from '../graphql/resolvers.js';
import { benchSchema } from '../graphql/schema.js';

// Apollo Server as it comes, by its own standalone server.

const apollo = new ApolloServer<PeerContext>({
  typeDefs: benchSchema({ root: 'type Query', open: '', guarded: false }),
  resolvers: BENCH_RESOLVERS,
  plugins: [{
    async requestDidStart() {
      const began = performance.now();
      return { willSendResponse: async ({ response }) => countRequest('POST', response.http.status ?? 200, (performance.now() - began) / 1_000) };
    },
  }],
  stopOnTerminationSignals: false,
});
const { url } = await startStandaloneServer(apollo, { listen: { host: '127.0.0.1', port: 0 }, context: async ({ req }) => contextOf(req.headers) });
process.stdout.write(`peer at ${url}\n`);
process.on('SIGTERM', () => process.exit());
