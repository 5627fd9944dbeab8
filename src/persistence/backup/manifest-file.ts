import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../../kernel/crypto/index.js';
import { BackupError } from './backup-error.js';
import { BACKUP_FORMAT, BACKUP_FORMAT_VERSION, backupManifest, type BackupManifest } from './backup-manifest.js';

/** Written last: a folder without it is no backup. */
export const MANIFEST_FILE = 'manifest.json';

const render = (manifest: BackupManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

const digestOf = (content: Omit<BackupManifest, 'digest'>): string => Buffer.from(sha256(canonicalJson(content))).toString('hex');

/** Completes a manifest with its digest and writes it; throws for one that could not be read again. */
export async function writeManifest(folder: string, content: Omit<BackupManifest, 'digest'>): Promise<BackupManifest> {
  // Through JSON once, so that absent fields are absent in the digest as well.
  const plain = JSON.parse(JSON.stringify(content)) as Omit<BackupManifest, 'digest'>;
  const manifest = { ...plain, digest: digestOf(plain) };
  backupManifest.parse(manifest);
  await writeFile(join(folder, MANIFEST_FILE), render(manifest), { mode: 0o600, flag: 'wx', flush: true });
  return manifest;
}

/**
 * Reads the manifest of a backup.
 *
 * @throws BackupError `NOT_A_BACKUP` where there is none of this format, `DAMAGED` where it is not as it was written
 */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new BackupError('NOT_A_BACKUP', `${path} cannot be read (${error.code ?? error.message}): this is no finished backup`);
  });
  const value = parse(path, text);
  if (value.format !== BACKUP_FORMAT) throw new BackupError('NOT_A_BACKUP', `${path} is not the manifest of a backup`);
  if (value.formatVersion !== BACKUP_FORMAT_VERSION) {
    throw new BackupError('NOT_A_BACKUP', `${path} has format version ${String(value.formatVersion)}; this release reads ${BACKUP_FORMAT_VERSION}`);
  }
  const parsed = backupManifest.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BackupError('DAMAGED', `${path} is not as it was written: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { digest, ...content } = value as BackupManifest;
  if (digestOf(content) !== digest || render(value as BackupManifest) !== text) {
    throw new BackupError('DAMAGED', `${path} is not as it was written: its digest differs`);
  }
  return value as BackupManifest;
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through: text that is no JSON object has one answer.
  }
  throw new BackupError('DAMAGED', `${path} is no JSON object`);
}
