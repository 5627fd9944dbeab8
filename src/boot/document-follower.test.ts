import type { FactChange, FactListener } from '../persistence/index.js';
import { DocumentFollower } from './document-follower.js';

const documentNamed = (id: string) => ({ id, hash: id, name: null, document: `{ ${id} }` });
const changeOf = (kind: string): FactChange => ({ spaceId: '', rev: 1, kind, id: 'one', removed: false, body: {} });

/** A follower, and what it stands on. */
class Stage {
  registered: string[] = [];
  readonly taken: string[][] = [];
  readonly errors: unknown[] = [];
  failure: Error | undefined;
  gate = Promise.resolve();
  private readonly listeners = new Set<FactListener>();
  readonly follower = new DocumentFollower(
    () => ({
      all: async () => {
        const now = [...this.registered];
        await this.gate;
        if (this.failure !== undefined) throw this.failure;
        return now.map(documentNamed);
      },
    }),
    { subscribe: (listener) => { this.listeners.add(listener); return () => this.listeners.delete(listener); } },
    { replace: (documents) => void this.taken.push(documents.map(({ id }) => id)) },
    (error) => void this.errors.push(error),
  );

  announce(changes: readonly FactChange[] | undefined): void {
    for (const listener of this.listeners) listener(changes, new Map());
  }

  get listening(): number {
    return this.listeners.size;
  }
}

describe('DocumentFollower', () => {
  test('reads at the start, and again when a document or too much has changed', async () => {
    const stage = new Stage();
    stage.registered = ['a'];
    await stage.follower.start();
    stage.registered = ['a', 'b'];
    stage.announce([changeOf('user'), changeOf('trusted_document')]);
    await stage.follower.catchUp();
    stage.registered = ['b'];
    stage.announce(undefined);
    await stage.follower.catchUp();
    stage.announce([changeOf('user')]);
    await stage.follower.catchUp();
    expect(stage.taken).toEqual([['a'], ['a', 'b'], ['b']]);
    stage.follower.stop();
    expect(stage.listening).toBe(0);
  });
  test('a change that comes while it reads is read too', async () => {
    const stage = new Stage();
    await stage.follower.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    stage.gate = promise;
    stage.registered = ['a'];
    stage.announce([changeOf('trusted_document')]);
    stage.registered = ['a', 'b'];
    stage.announce([changeOf('trusted_document')]);
    const caughtUp = stage.follower.catchUp();
    resolve();
    await caughtUp;
    expect(stage.taken.at(-1)).toEqual(['a', 'b']);
  });
  test('what could not be read is read by the next look, and keeps what it had until then', async () => {
    const stage = new Stage();
    stage.registered = ['a'];
    await stage.follower.start();
    stage.failure = new Error('away');
    stage.registered = [];
    stage.announce([changeOf('trusted_document')]);
    await expect(stage.follower.catchUp()).rejects.toThrow('away');
    expect([stage.errors, stage.taken]).toEqual([[stage.failure], [['a']]]);
    stage.failure = undefined;
    await stage.follower.catchUp();
    expect(stage.taken).toEqual([['a'], []]);
  });
  test('starting again listens once', async () => {
    const stage = new Stage();
    stage.failure = new Error('away');
    await expect(stage.follower.start()).rejects.toThrow('away');
    stage.failure = undefined;
    await stage.follower.start();
    expect([stage.listening, stage.taken]).toEqual([1, [[]]]);
  });
});
