import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { to } from 'pg-copy-streams';
import type { BackupTable } from './backup-manifest.js';
import { type CatalogTable, columnList, nameOf, quoted } from './catalog.js';
import { Measure } from './measure.js';

/** Rows come by their key, so that equal data gives equal bytes. A partitioned table is read through its parent. */
function statement(table: CatalogTable): string {
  const order = table.key.length > 0 ? ` ORDER BY ${columnList(table.key)}` : '';
  return `COPY (SELECT ${columnList(table.columns)} FROM ${quoted(table)}${order}) TO STDOUT`;
}

/** Writes one table into its file, as the snapshot of the client's transaction shows it. */
export async function writeTable(client: Client, folder: string, table: CatalogTable): Promise<BackupTable> {
  const fileName = `${nameOf(table)}.copy.gz`;
  const data = new Measure();
  const file = new Measure();
  const output = createWriteStream(join(folder, fileName), { mode: 0o600, flags: 'wx', flush: true });
  await pipeline(client.query(to(statement(table))), data, createGzip(), file, output);
  return {
    schema: table.schema,
    name: table.name,
    columns: [...table.columns],
    rows: data.lines,
    bytes: data.bytes,
    sha256: data.sha256,
    file: { name: fileName, bytes: file.bytes, sha256: file.sha256 },
    ...(table.partitions === undefined ? {} : { partitions: [...table.partitions] }),
  };
}
