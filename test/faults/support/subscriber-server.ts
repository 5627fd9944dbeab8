import pg from 'pg';
import { createCapabilities } from '../../../src/boot/capabilities.js';
import { startPolity } from '../../../src/boot/polity-server.js';
import { loadSettings } from '../../../src/config/index.js';
import type { SystemCapability } from '../../../src/kernel/lifecycle/index.js';
import { sql } from '../../../src/persistence/index.js';
import type { OutboxEventHandler } from '../../../src/system/shared/contracts/index.js';

// The server, with one capability that subscribes to an event. Every call of its handler is written down outside of its transaction,
// its effect inside. What the handler does wrong follows from the name of the event's subject.
const SUBSCRIBER = 'admin.control_plane';
const EVENT = 'identity.space_deleted';
const node = process.pid;

const outside = new pg.Client({ connectionString: process.env['POLITY_MIGRATE_DATABASE_URL'] });
await outside.connect();

const handle: OutboxEventHandler = async ({ subject, index }, transaction) => {
  const { rows } = await outside.query<{ calls: number }>(
    'WITH called AS (INSERT INTO probe.call (node, subject) VALUES ($1, $2)) SELECT count(*)::int + 1 AS calls FROM probe.call WHERE subject = $2', [node, subject.id],
  );
  await transaction.query(sql`INSERT INTO probe.effect (node, subject, place) VALUES (${node}, ${subject.id}, ${index})`);
  const calls = rows[0]?.calls ?? 0;
  if (subject.id.startsWith('dies_once') && calls === 1) process.kill(node, 'SIGKILL');
  if (subject.id.startsWith('throws_twice') && calls <= 2) throw new Error(`call ${calls}`);
  if (subject.id.startsWith('poison')) throw new Error('never');
};

const subscribing = (capability: SystemCapability): SystemCapability => ({
  ...capability,
  manifest: { ...capability.manifest, provides: { ...capability.manifest.provides, events: { subscribes: [EVENT] } } },
  register(registration) {
    capability.register(registration);
    registration.subscribe(EVENT, handle);
  },
});

const capabilities = createCapabilities().map((capability) => (capability.manifest.id === SUBSCRIBER ? subscribing(capability) : capability));
const server = await startPolity(loadSettings(), { capabilities });
process.stdout.write(`  GraphQL    ${server.url}/graphql\n`);
await new Promise((resolve) => process.once('SIGTERM', resolve));
await server.stop();
await outside.end();
