import { at } from '../support/paths.js';
import { BENCH_RESOLVERS } from './resolvers.js';
import { benchSchema } from './schema.js';

// The built server with the fields of the bench beside its own; everything else is as `npm start` and the image run it.

const { runServer } = (await import(at('dist/src/boot/run-server.js'))) as typeof import('../../src/boot/run-server.js');
const fragment = { name: 'bench', typeDefs: benchSchema({ root: 'extend type Query', open: '@public', guarded: true }), resolvers: BENCH_RESOLVERS };
process.exitCode = await runServer((line) => process.stdout.write(`${line}\n`), { fragments: [fragment] });
