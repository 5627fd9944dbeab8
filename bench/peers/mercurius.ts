import Fastify, { type FastifyPluginAsync } from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import type { ConstDirectiveNode } from 'graphql';
import { contextOf, type PeerContext } from '../graphql/peer-callers.js';
import { countRequest } from '../graphql/peer-metrics.js';
import { BENCH_RESOLVERS } from '../graphql/resolvers.js';
import { benchSchema, DIRECTIVES } from '../graphql/schema.js';

// mercurius with its JIT; `GUARDED=1` adds mercurius-auth, once for each of the three directives, with rules that do not wait.

const guarded = process.env['GUARDED'] === '1';

interface AuthOptions {
  readonly authDirective: string;
  readonly applyPolicy: ReturnType<typeof rule>;
}

type Holds = (alternatives: readonly (readonly string[])[], context: PeerContext) => boolean;

/** Reads what a directive asks for once; mercurius-auth hands over the same node each time. */
function rule(holds: Holds): (policy: ConstDirectiveNode, parent: unknown, args: unknown, context: unknown) => boolean {
  const read = new Map<ConstDirectiveNode, readonly (readonly string[])[]>();
  return (directive, _parent, _args, context) => {
    let alternatives = read.get(directive);
    if (alternatives === undefined) {
      const [argument] = directive.arguments ?? [];
      alternatives = argument?.value.kind === 'ListValue' ? argument.value.values.map((names) => (names.kind === 'ListValue' ? names.values.map((name) => (name.kind === 'StringValue' ? name.value : '')) : [])) : [];
      read.set(directive, alternatives);
    }
    return holds(alternatives, context as PeerContext);
  };
}

const app = Fastify();
app.addHook('onResponse', (request, reply, done) => {
  countRequest(request.method, reply.statusCode, reply.elapsedTime / 1_000);
  done();
});
await app.register(mercurius, {
  schema: `${guarded ? DIRECTIVES : ''}${benchSchema({ root: 'type Query', open: '', guarded })}`,
  resolvers: BENCH_RESOLVERS,
  context: (request) => contextOf(request.headers),
  jit: 1,
});
if (guarded) {
  const rules: Readonly<Record<string, Holds>> = {
    authenticated: (_alternatives, { caller }) => caller !== undefined,
    requiresScopes: (alternatives, { caller }) => caller !== undefined && alternatives.some((keys) => keys.every((key) => caller.scopes.has(key))),
    policy: (alternatives, { caller }) => caller !== undefined && alternatives.some((names) => names.every((name) => caller.policies.has(name))),
  };
  for (const [authDirective, holds] of Object.entries(rules)) await app.register(mercuriusAuth as unknown as FastifyPluginAsync<AuthOptions>, { authDirective, applyPolicy: rule(holds) });
}
process.stdout.write(`peer at ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.on('SIGTERM', () => process.exit());
