import { PolityError } from '../../../../kernel/errors/index.js';
import type { FactChange, FactListener, SqlExecutor } from '../../../../persistence/index.js';
import { ANONYMOUS, SYSTEM, type AccessTokens, type Authenticator, type Caller, type Credentials } from '../../../shared/contracts/index.js';
import type { ApiKeySecrets, StoredSecret } from '../api-keys/api-key-secrets.js';
import { API_KEY_PREFIX, apiKeyIdOf } from '../api-keys/api-key-token.js';
import { CallerCache } from './caller-cache.js';
import type { CallerReading, SessionLimits } from './caller-reading.js';
import { changedFacts } from './changed-facts.js';
import type { LastUses } from './last-uses.js';
import { readApiKey } from './read-api-key.js';
import { readPerson, type PersonClaim } from './read-person.js';

/** Longest silence of the feed during which memory is believed, in milliseconds. */
const LONGEST_SILENCE_MS = 1_000;
const MOST_CACHED = 10_000;
const MOST_FOLLOWED = 20_000;

/** The part of the revision feed that authentication needs. */
export interface Feed {
  subscribe(listener: FactListener): () => void;
  silentForMs(): number;
  catchUp(): Promise<void>;
}

/** What {@link AuthenticatorService} runs on. */
export interface AuthenticatorOptions {
  readonly database: SqlExecutor;
  readonly feed: Feed;
  /** Asked for late: it is made by another capability. */
  readonly accessTokens: () => AccessTokens;
  readonly secrets: ApiKeySecrets;
  readonly limits: SessionLimits;
  readonly lastUses: LastUses;
}

type ChangeListener = (affects: (caller: Caller) => boolean) => void;

/**
 * Verifies credentials. Callers are held by their whole token until something they were read from changes; while the revision feed
 * is silent for longer than a second, nothing held is believed and the database is asked for each token.
 */
export class AuthenticatorService implements Authenticator {
  private readonly cache = new CallerCache<string>(MOST_CACHED);
  /** Callers that somebody holds on to, with how they stand. */
  private readonly followed = new CallerCache<Caller>(MOST_FOLLOWED);
  /** Callers that are being read again, each once since the latest announcement. */
  private readonly reading = new Map<Caller, { readonly turn: number; readonly caller: Promise<Caller | undefined> }>();
  private readonly listeners = new Set<ChangeListener>();
  /** Facts behind the callers that were handed out, for those who hold on to one. */
  private readonly factsBehind = new WeakMap<Caller, ReadonlySet<string>>();
  /** Hash of the secret that an API key came with: a rotation ends the callers of the old one, not those of the new. */
  private readonly secretBehind = new WeakMap<Caller, string>();
  /** Raised by every announcement of the feed: what was read before one is not kept after it. */
  private turn = 0;
  /** Highest revision of the instance that was announced. */
  private announced = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly options: AuthenticatorOptions) {}

  /** Begins to follow the feed. */
  start(): void {
    this.unsubscribe ??= this.options.feed.subscribe((changes) => this.forget(changes));
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.cache.clear();
    this.followed.clear();
  }

  async authenticate({ bearer, apiKey }: Credentials, now: number): Promise<Caller> {
    if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) throw unauthenticated('Send one credential, not two.');
    const token = apiKey ?? bearer;
    if (token === undefined) return ANONYMOUS;
    const held = this.isFeedHeard() ? this.cache.get(token, now) : undefined;
    const { caller } = held === undefined ? await this.verify(token, apiKey !== undefined || token.startsWith(API_KEY_PREFIX), now) : this.asAnnounced(token, held);
    this.noteUse(caller, now);
    return caller;
  }

  async refresh(caller: Caller, now: number): Promise<Caller | undefined> {
    if (caller.kind === 'anonymous' || caller === SYSTEM) return caller;
    return this.readFollowed(caller, now, this.turn);
  }

  current(caller: Caller, now: number): Caller | Promise<Caller | undefined> {
    if (caller.kind === 'anonymous' || caller === SYSTEM) return caller;
    const held = this.isFeedHeard() ? this.followed.get(caller, now) : undefined;
    return held?.caller ?? this.follow(caller, now);
  }

  async settled(): Promise<void> {
    const { feed } = this.options;
    const began = Date.now();
    await feed.catchUp();
    if (feed.silentForMs() > Date.now() - began) throw new PolityError('SERVICE_UNAVAILABLE', 'The rights of callers cannot be read now.');
  }

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Whoever asks while it is read waits for the same reading, unless something changed since that began.
  private follow(caller: Caller, now: number): Promise<Caller | undefined> {
    const known = this.reading.get(caller);
    if (known?.turn === this.turn) return known.caller;
    const { turn } = this;
    const entry = { turn, caller: this.readFollowed(caller, now, turn).finally(() => {
      if (this.reading.get(caller) === entry) this.reading.delete(caller);
    }) };
    this.reading.set(caller, entry);
    return entry.caller;
  }

  private async readFollowed(caller: Caller, now: number, turn: number): Promise<Caller | undefined> {
    const reading = await this.readCurrent(caller, now);
    if (reading === undefined) return undefined;
    if (turn === this.turn && this.unsubscribe !== undefined) for (const each of new Set([caller, reading.caller])) this.followed.set(each, reading);
    return reading.caller;
  }

  // The same object while nothing changed.
  private async readCurrent(caller: Caller, now: number): Promise<CallerReading | undefined> {
    if (caller.expiresAt !== undefined && caller.expiresAt <= now) return undefined;
    const reading = await this.readAgain(caller, now);
    if (reading === undefined) return undefined;
    const kept = isSame(caller, reading.caller) ? { ...reading, caller } : reading;
    this.factsBehind.set(kept.caller, new Set(reading.dependsOn));
    return kept;
  }

  // What is still held after an announcement did not change with it: the caller is known to stand as it is at that revision, and a
  // mutation under the lock need not read it again.
  private asAnnounced(token: string, held: CallerReading): CallerReading {
    if (held.caller.revision >= this.announced) return held;
    const caller = { ...held.caller, revision: this.announced };
    this.factsBehind.set(caller, new Set(held.dependsOn));
    const secret = this.secretBehind.get(held.caller);
    if (secret !== undefined) this.secretBehind.set(caller, secret);
    const reading = { ...held, caller };
    this.cache.set(token, reading);
    return reading;
  }

  private async verify(token: string, isApiKey: boolean, now: number): Promise<CallerReading> {
    const { turn } = this;
    const reading = isApiKey ? await this.verifyApiKey(token, now) : await this.verifyPerson(token, now);
    this.factsBehind.set(reading.caller, new Set(reading.dependsOn));
    if (turn === this.turn && this.unsubscribe !== undefined) this.cache.set(token, reading);
    return reading;
  }

  private async verifyApiKey(token: string, now: number): Promise<CallerReading> {
    const id = apiKeyIdOf(token);
    if (id === undefined) throw unauthenticated('The API key is not valid.');
    const { secrets, reading } = await readApiKey(this.options.database, id, now);
    const secret = await this.options.secrets.match(token, secrets, now);
    if (secret === undefined || reading === undefined) throw unauthenticated('The API key is not valid.');
    return this.boundBySecret(reading, secret);
  }

  private async verifyPerson(token: string, now: number): Promise<CallerReading> {
    const verified = await this.options.accessTokens().verify(token, now);
    const reading = await this.readPerson(verified, now);
    if (reading !== undefined) return reading;
    if (verified.kind === 'session') throw new PolityError('SESSION_EXPIRED', 'The session has ended.');
    throw unauthenticated('The identity behind the token is not usable.');
  }

  private readPerson(claim: PersonClaim, now: number): Promise<CallerReading | undefined> {
    const lastUse = claim.sessionId === undefined ? undefined : this.options.lastUses.pending('session', claim.sessionId);
    return readPerson(this.options.database, { ...claim, lastUse }, this.options.limits, now);
  }

  private async readAgain(caller: Caller, now: number): Promise<CallerReading | undefined> {
    const { kind, credentialId, userId, issuer, expiresAt } = caller;
    if (kind === 'api_key') {
      const { secrets, reading } = await readApiKey(this.options.database, credentialId ?? '', now);
      const hash = this.secretBehind.get(caller);
      const secret = secrets.find((stored) => stored.hash === hash && (stored.expiresAt === null || stored.expiresAt > now));
      return reading === undefined || secret === undefined ? undefined : this.boundBySecret(reading, secret);
    }
    if (userId === undefined || (kind !== 'session' && kind !== 'oidc')) return undefined;
    return this.readPerson({ kind, userId, sessionId: credentialId, issuer, expiresAt: expiresAt ?? Infinity }, now);
  }

  // A rotated secret stops to be valid at the end of its overlap, before its key does.
  private boundBySecret(reading: CallerReading, { hash, expiresAt: ends }: StoredSecret): CallerReading {
    const expiresAt = Math.min(ends ?? Infinity, reading.validUntil);
    const caller = expiresAt === Infinity ? reading.caller : { ...reading.caller, expiresAt };
    this.secretBehind.set(caller, hash);
    return { ...reading, caller, validUntil: expiresAt };
  }

  private noteUse({ kind, credentialId }: Caller, now: number): void {
    if (credentialId !== undefined && (kind === 'session' || kind === 'api_key')) this.options.lastUses.note(kind, credentialId, now);
  }

  private isFeedHeard(): boolean {
    return this.options.feed.silentForMs() <= LONGEST_SILENCE_MS;
  }

  private forget(changes: readonly FactChange[] | undefined): void {
    this.turn++;
    for (const { spaceId, rev } of changes ?? []) if (spaceId === '') this.announced = Math.max(this.announced, rev);
    const facts = changes === undefined ? undefined : changedFacts(changes);
    for (const held of [this.cache, this.followed]) {
      if (facts === undefined) held.clear();
      else held.forgetFacts(facts);
    }
    if (facts?.size === 0) return;
    const affects = (caller: Caller): boolean => {
      const behind = this.factsBehind.get(caller);
      return facts === undefined || behind === undefined || [...facts].some((fact) => behind.has(fact));
    };
    for (const listener of this.listeners) listener(affects);
  }
}

// The revision moves with every change of the instance and says nothing about this caller.
function isSame(one: Caller, other: Caller): boolean {
  return JSON.stringify({ ...one, revision: 0 }) === JSON.stringify({ ...other, revision: 0 });
}

function unauthenticated(message: string): PolityError {
  return new PolityError('UNAUTHENTICATED', message);
}
