import { createHash } from 'node:crypto';
import { parse, specifiedRules, validate, type GraphQLError, type GraphQLSchema } from 'graphql';
import { PolityError, type InputPath } from '../../kernel/errors/index.js';
import { MOST_REQUEST_ERRORS, operationLimits, type OperationLimits } from '../limits/index.js';

/** One entry of a manifest. */
export interface ManifestEntry {
  readonly id: string;
  readonly name: string | null;
  readonly document: string;
}

/** What the documents of a manifest are held against. */
export interface ManifestRules extends OperationLimits {
  readonly maxTokens: number;
}

const ID = /^[A-Za-z0-9._:-]{3,128}$/;
const HASH = /^(?:sha256:)?([0-9a-f]{64})$/;
const MOST_BYTES = 65_536;
const LONGEST_NAME = 200;

/**
 * Reads a manifest: `{ "<id>": "<text>" }` as code generators write it, or Apollo's `{ "operations": [{ "id", "name", "body" }] }`.
 * An id that is a SHA-256 must be that of its text. Each document must be valid in the schema, within the limits of any other.
 *
 * @throws PolityError `IMPORT_INVALID` naming the place
 */
export function readManifest(text: string, schema: GraphQLSchema, rules: ManifestRules): ManifestEntry[] {
  const entries = entriesOf(parsed(text));
  const ids = new Set<string>();
  const documents = new Map<string, string>();
  for (const { at, id, name, document } of entries) {
    if (typeof id !== 'string' || !ID.test(id)) throw invalid([...at, 'id'], 'must have 3 to 128 letters, digits, dots, colons, hyphens or underscores');
    if (typeof document !== 'string' || document === '') throw invalid(at, 'has no text of a document');
    if (Buffer.byteLength(document) > MOST_BYTES) throw invalid(at, `has more than ${MOST_BYTES} bytes`);
    if (name !== null && (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME)) throw invalid([...at, 'name'], `must be a text of at most ${LONGEST_NAME} characters`);
    if (ids.size === ids.add(id).size) throw invalid(at, 'is there twice');
    if (documents.has(document)) throw invalid(at, `is the text of ${documents.get(document)}`);
    documents.set(document, id);
    const hash = HASH.exec(id)?.[1];
    if (hash !== undefined && hash !== createHash('sha256').update(document).digest('hex')) throw invalid(at, 'is not the SHA-256 of its text');
    const [problem] = problemsOf(document, schema, rules);
    if (problem !== undefined) throw invalid(at, `is no document for this schema: ${problem.message}`);
  }
  return (entries as readonly ManifestEntry[]).map(({ id, name, document }) => ({ id, name, document }));
}

interface Entry {
  readonly at: InputPath;
  readonly id: unknown;
  readonly name: unknown;
  readonly document: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid([], `is no JSON: ${(error as Error).message}`);
  }
}

function entriesOf(manifest: unknown): Entry[] {
  if (!isRecord(manifest)) throw invalid([], 'must be an object');
  const { operations } = manifest;
  if (operations === undefined) return Object.entries(manifest).map(([id, document]) => ({ at: [id], id, name: null, document }));
  if (!Array.isArray(operations)) throw invalid(['operations'], 'must be a list');
  return operations.map((operation: unknown, index): Entry => {
    const at = ['operations', index];
    if (!isRecord(operation)) throw invalid(at, 'must be an object');
    return { at, id: operation['id'], name: operation['name'] ?? null, document: operation['body'] };
  });
}

function problemsOf(document: string, schema: GraphQLSchema, rules: ManifestRules): readonly GraphQLError[] {
  try {
    return validate(schema, parse(document, { maxTokens: rules.maxTokens }), [...specifiedRules, ...operationLimits(rules)], { maxErrors: MOST_REQUEST_ERRORS });
  } catch (error) {
    return [error as GraphQLError];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: InputPath, message: string): PolityError {
  return new PolityError('IMPORT_INVALID', `${path.length === 0 ? 'The manifest' : path.join('.')} ${message}.`, { path });
}
