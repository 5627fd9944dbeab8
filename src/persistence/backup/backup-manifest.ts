import { z } from 'zod';

/** Name that every manifest of this format carries. */
export const BACKUP_FORMAT = 'polity.backup';
/** Raised when a reader of the old form could not read the new one. */
export const BACKUP_FORMAT_VERSION = 1;

const count = z.number().int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const partition = z.strictObject({
  name,
  /** As PostgreSQL writes it. Only literals: a restore makes a statement of it. */
  bounds: z.string().regex(/^(DEFAULT|FOR VALUES FROM \('[^'\\]*'\) TO \('[^'\\]*'\))$/),
});

const table = z.strictObject({
  schema: name,
  name,
  /** Columns of each line of the data, in order. */
  columns: z.array(name).min(1),
  rows: count,
  /** Length of the data, the text form of `COPY`, before it was compressed. */
  bytes: count,
  /** SHA-256 of the data before it was compressed: equal data has equal digests. */
  sha256: digest,
  file: z.strictObject({ name: z.string().regex(/^[a-z0-9_.]+\.copy\.gz$/), bytes: count, sha256: digest }),
  /** Only for a partitioned table; its data is in one file all the same. */
  partitions: z.array(partition).optional(),
});

const sequence = z.strictObject({ schema: name, name, lastValue: z.string().regex(/^-?\d{1,19}$/), isCalled: z.boolean() });

const migration = z.strictObject({
  version: count,
  schema: name,
  name,
  checksum: digest,
  phase: z.enum(['expand', 'contract']),
  appliedAt: z.iso.datetime(),
  durationMs: count,
});

/** The model of `manifest.json`. */
export const backupManifest = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  formatVersion: z.literal(BACKUP_FORMAT_VERSION),
  /** Time of the snapshot. */
  createdAt: z.iso.datetime(),
  productVersion: z.string(),
  /** Newest applied migration. */
  schemaVersion: count,
  migrations: z.array(migration),
  postgres: z.strictObject({ version: z.string(), systemIdentifier: z.string() }),
  /** What the installation is; without its row (no server ever started) id and fingerprint are absent. */
  instance: z.strictObject({ id: z.string().optional(), masterKeyFingerprint: z.string().optional(), revision: count }),
  /** Index that the next event of each log gets. */
  logHeads: z.strictObject({ audit: count, outbox: count }),
  tables: z.array(table),
  sequences: z.array(sequence),
  /** SHA-256 of the canonical JSON of everything else here. */
  digest,
});

/** What a backup says of itself. It holds the fingerprint of the master key and never the key. */
export type BackupManifest = z.infer<typeof backupManifest>;
/** One table of a backup. */
export type BackupTable = z.infer<typeof table>;
/** One partition of a partitioned table. */
export type BackupPartition = z.infer<typeof partition>;
/** One sequence of a backup. */
export type BackupSequence = z.infer<typeof sequence>;
