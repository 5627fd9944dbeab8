import { createHash } from 'node:crypto';
import { getOperationAST, GraphQLError, parse } from 'graphql';
import { callerWith, FakeServices, grantOf } from '../../../test/support/graphql-fixture.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';
import { DocumentGate, INTROSPECTION_KEY, type DocumentMode } from './document-gate.js';
import { DocumentRegister } from './document-register.js';
import type { DocumentRequest, OpenedDocument } from './document-request.js';

const TEXT = 'query Hello { hello }';
const OTHER = 'query Other { other }';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const apollo = (text: string, hash = hashOf(text)): DocumentRequest['extensions'] => ({ persistedQuery: { version: 1, sha256Hash: hash }, trace: true });
const services = new FakeServices();
const holder = callerWith(INTROSPECTION_KEY);

/** A gate in one mode, with what it told of. */
class Stage {
  readonly told: unknown[] = [];
  counted = 0;
  readonly register = new DocumentRegister();
  readonly gate: DocumentGate;

  constructor(mode: DocumentMode, registered: readonly string[] = []) {
    this.gate = new DocumentGate({ mode, register: this.register, count: () => void this.counted++, log: (document) => void this.told.push(document) });
    this.register.replace(registered.map((document, index) => ({ id: `doc-${index}`, hash: hashOf(document), name: null, document })));
  }

  open(request: DocumentRequest, caller: Caller = ANONYMOUS): OpenedDocument | undefined | string {
    return coded(() => this.gate.open(request, services.context(caller)));
  }

  /** What comes of a request whose document is valid: its text, or the code of a refusal. */
  run(request: DocumentRequest, caller: Caller = ANONYMOUS): string | undefined {
    const opened = this.open(request, caller);
    if (opened === undefined || typeof opened === 'string') return opened;
    const document = parse(opened.text);
    return coded(() => this.gate.admit(opened, document, getOperationAST(document) ?? undefined)) ?? opened.text;
  }
}

function coded<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof GraphQLError) return String(error.extensions['code']);
    throw error;
  }
}

describe('by the hash of Apollo', () => {
  test('a text is known after it was sent with its hash and admitted, not before', () => {
    const stage = new Stage('off');
    expect(stage.run({ extensions: apollo(TEXT) })).toBe('PERSISTED_QUERY_NOT_FOUND');
    stage.open({ query: TEXT, extensions: apollo(TEXT) });
    expect(stage.run({ extensions: apollo(TEXT) })).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(stage.run({ query: TEXT, extensions: apollo(TEXT) })).toBe(TEXT);
    expect(stage.run({ extensions: apollo(TEXT) })).toBe(TEXT);
    expect(stage.run({ query: '', extensions: apollo(TEXT) })).toBe(TEXT);
    expect(stage.run({ documentId: `sha256:${hashOf(TEXT)}` })).toBe(TEXT);
  });
  test('a text without a hash is not kept', () => {
    const stage = new Stage('off');
    expect(stage.run({ query: TEXT })).toBe(TEXT);
    expect(stage.run({ extensions: apollo(TEXT) })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
  test('a text with the hash of another is refused, and takes nobody\'s place', () => {
    const stage = new Stage('off');
    expect(stage.run({ query: OTHER, extensions: apollo(TEXT) })).toBe('PERSISTED_QUERY_HASH_MISMATCH');
    expect(stage.run({ extensions: apollo(TEXT) })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
  test.each<[string, DocumentRequest]>([
    ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(TEXT) } } }],
    ['a hash in capitals', { extensions: apollo(TEXT, hashOf(TEXT).toUpperCase()) }],
    ['a hash that is none', { query: TEXT, extensions: { persistedQuery: { version: 1, sha256Hash: { toString: () => hashOf(TEXT) } } } }],
    ['a text in place of the object', { extensions: { persistedQuery: hashOf(TEXT) } }],
    ['false in place of the object', { extensions: { persistedQuery: false } }],
  ])('refuses %s', (_what, request) => {
    expect(new Stage('off').run(request)).toBe('BAD_REQUEST');
  });
  test('takes null for nothing', () => {
    expect(new Stage('off').run({ query: TEXT, documentId: null, extensions: { persistedQuery: null } })).toBe(TEXT);
    expect(new Stage('off').run({ query: null, extensions: null })).toBeUndefined();
  });
});

describe('by documentId', () => {
  test('gives what is registered, by its id and by its hash', () => {
    const stage = new Stage('off', [TEXT]);
    expect(stage.open({ documentId: 'doc-0' })).toEqual({ text: TEXT, registered: true });
    expect(stage.open({ documentId: `sha256:${hashOf(TEXT)}` })).toEqual({ text: TEXT, registered: true });
    expect(stage.open({ extensions: apollo(TEXT) })).toEqual({ text: TEXT, registered: true });
  });
  test.each<[string, unknown]>([
    ['PERSISTED_QUERY_NOT_FOUND', 'doc-1'], ['PERSISTED_QUERY_NOT_FOUND', `sha256:${'0'.repeat(64)}`], ['PERSISTED_QUERY_NOT_FOUND', hashOf(TEXT)], ['PERSISTED_QUERY_NOT_FOUND', '__proto__'],
    ['BAD_REQUEST', ''], ['BAD_REQUEST', 7], ['BAD_REQUEST', ['doc-0']], ['BAD_REQUEST', { toString: () => 'doc-0' }],
  ])('%s: %p', (code, documentId) => {
    expect(new Stage('off', [TEXT]).run({ documentId })).toBe(code);
  });
  test('stands alone', () => {
    const stage = new Stage('off', [TEXT]);
    expect(stage.run({ documentId: 'doc-0', query: TEXT })).toBe('BAD_REQUEST');
    expect(stage.run({ documentId: 'doc-0', extensions: apollo(TEXT) })).toBe('BAD_REQUEST');
    expect(stage.run({ documentId: 'doc-0', query: '', extensions: {} })).toBe(TEXT);
  });
});

describe('the ladder', () => {
  test('log: what is not registered runs, is counted each time and told of once', () => {
    const stage = new Stage('log', [TEXT]);
    for (const query of [TEXT, OTHER, OTHER, 'query Third { third }', OTHER]) expect(stage.run({ query })).toBe(query);
    expect(stage.counted).toBe(4);
    expect(stage.told).toEqual([{ hash: hashOf(OTHER), operation: 'Other' }, { hash: hashOf('query Third { third }'), operation: 'Third' }]);
    expect(stage.run({ query: OTHER, extensions: apollo(OTHER) })).toBe(OTHER);
    expect(stage.run({ extensions: apollo(OTHER) })).toBe(OTHER);
    expect(stage.counted).toBe(6);
  });
  test('off: nothing is counted', () => {
    const stage = new Stage('off');
    expect([stage.run({ query: TEXT }), stage.counted, stage.told]).toEqual([TEXT, 0, []]);
  });
  test.each<[string, DocumentRequest]>([
    ['a text', { query: OTHER }], ['a text that differs by a space', { query: `${TEXT} ` }], ['a text with its hash', { query: OTHER, extensions: apollo(OTHER) }], ['a hash', { extensions: apollo(OTHER) }],
    ['an id', { documentId: 'doc-9' }], ['an id by hash', { documentId: `sha256:${hashOf(OTHER)}` }], ['an introspection', { query: '{ __schema { queryType { name } } }' }], ['__typename', { query: '{ __typename }' }],
  ])('enforce refuses %s that is not registered', (_what, request) => {
    expect(new Stage('enforce', [TEXT]).run(request)).toBe('DOCUMENT_NOT_REGISTERED');
    expect(new Stage('enforce', [TEXT]).run(request, callerWith('users:read'))).toBe('DOCUMENT_NOT_REGISTERED');
  });
  test('enforce runs what is registered, however it is named', () => {
    const stage = new Stage('enforce', [TEXT]);
    for (const request of [{ query: TEXT }, { query: TEXT, extensions: apollo(TEXT) }, { extensions: apollo(TEXT) }, { documentId: 'doc-0' }]) expect(stage.run(request)).toBe(TEXT);
  });
  test('enforce lets who holds the key on the instance introspect, and nothing else', () => {
    const stage = new Stage('enforce', [TEXT]);
    const introspection = 'query I { __typename ...F } fragment F on Query { __schema { types { ...T } } } fragment T on __Type { name }';
    expect(stage.run({ query: introspection }, holder)).toBe(introspection);
    for (const query of ['{ __typename hello }', '{ __schema { queryType { name } } ...F } fragment F on Query { hello }', 'mutation { __typename }', '{ ... { ... { hello } } }']) {
      expect([query, stage.run({ query }, holder)]).toEqual([query, 'DOCUMENT_NOT_REGISTERED']);
    }
    const inSpace: Caller = { ...holder, grants: [{ ...grantOf(INTROSPECTION_KEY), level: 'space_admin', spaceId: 'space_1' }] };
    expect(stage.run({ query: introspection }, inSpace)).toBe('DOCUMENT_NOT_REGISTERED');
    const expired: Caller = { ...holder, grants: [grantOf(INTROSPECTION_KEY, Date.now() - 1)] };
    expect(stage.run({ query: introspection }, expired)).toBe('DOCUMENT_NOT_REGISTERED');
  });
  test('follows the register, and says when it has changed', () => {
    const stage = new Stage('enforce', [TEXT]);
    let changes = 0;
    const stop = stage.gate.onChange(() => void changes++);
    const other = { id: 'doc-1', hash: hashOf(OTHER), name: null, document: OTHER };
    stage.register.replace([other]);
    expect([stage.run({ query: TEXT }), stage.run({ query: OTHER })]).toEqual(['DOCUMENT_NOT_REGISTERED', OTHER]);
    stage.register.replace([{ ...other }]);
    expect(changes).toBe(1);
    stop();
    stage.register.replace([]);
    expect([changes, stage.run({ query: OTHER })]).toEqual([1, 'DOCUMENT_NOT_REGISTERED']);
  });
});
