import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, printType, specifiedDirectives, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { ServiceContainer } from '../../src/kernel/services/index.js';
import { directiveScalars, guardSchema, Policies, policiesRef, schemaDirectives, type PolicyDefinition } from '../../src/graphql/index.js';
import type { Metrics } from '../../src/observability/index.js';
import {
  ANONYMOUS, auditLogRef, authenticatorRef, decisionsRef, denialLogRef, metricsRef, type AuditEntry, type Authenticator, type Caller, type CallerGrant, type Credentials, type GuardQuestion,
  type RequestContext,
} from '../../src/system/shared/contracts/index.js';
import { PolityError } from '../../src/kernel/errors/index.js';
import { RepeatedDenials } from '../../src/system/audit/services/denials/repeated-denials.js';
import { createRequestContext } from '../../src/transport/request-contexts.js';

type Resolvers = NonNullable<Parameters<typeof makeExecutableSchema>[0]['resolvers']>;

/** SDL of the authorization directives and their scalars, as fixture schemas need it. */
export const directivesSdl = [
  ...directiveScalars.map((scalar) => printType(scalar)),
  ...schemaDirectives.filter((directive) => !specifiedDirectives.includes(directive)).map((directive) => `directive @${directive.name}${printed(directive)} on ${directive.locations.join(' | ')}`),
].join('\n\n');

function printed({ args }: (typeof schemaDirectives)[number]): string {
  return args.length === 0 ? '' : `(${args.map(({ name, type, defaultValue }) => `${name}: ${String(type)}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}`).join(', ')})`;
}

/** A guarded schema from SDL and resolvers. */
export function guardedSchema(sdl: string, resolvers: Resolvers = {}): GraphQLSchema {
  return guardSchema(makeExecutableSchema({ typeDefs: `${directivesSdl}\n${sdl}`, resolvers }));
}

/** A caller that holds some keys on the instance. */
export function callerWith(...keys: readonly string[]): Caller {
  return { kind: 'session', key: `session:${keys.join()}`, userId: 'usr_1', credentialId: 'ses_1', grants: keys.map((key) => grantOf(key)), revision: 1 };
}

/** A grant of one key on the instance. */
export function grantOf(permissionKey: string, expiresAt?: number): CallerGrant {
  return { id: `grt_${permissionKey}`, level: 'instance_admin', permissionKey, expiresAt };
}

/** Services that stand in for the capabilities, and what they were asked. */
export class FakeServices implements Authenticator {
  readonly container = new ServiceContainer();
  /** Questions of each call of the engine; `audited` for mutations. */
  readonly asked: { readonly audited: boolean; readonly questions: readonly GuardQuestion[] }[] = [];
  readonly audit: AuditEntry[] = [];
  readonly counted: string[] = [];
  /** Estimated costs of operations, and those that were too high. */
  readonly costs: string[] = [];
  readonly refreshed: Caller[] = [];
  /** Ids that the engine allows; `*` allows all. */
  allowed = new Set<string>();
  /** Tokens that authenticate. */
  readonly tokens = new Map<string, Caller>();
  /** Set by a test: what the services fail with. */
  failure: Error | undefined;
  /** Set by a test: what signing in waits for. */
  gate: Promise<void> | undefined;
  private readonly callers = new Map<string, Caller | undefined>();
  private readonly listeners = new Set<(affects: (caller: Caller) => boolean) => void>();

  constructor(policies: readonly Omit<PolicyDefinition, 'owner'>[] = []) {
    const { container } = this;
    const decide = async (audited: boolean, questions: readonly GuardQuestion[]): Promise<{ allowed: boolean }[]> => {
      this.asked.push({ audited, questions });
      if (this.failure !== undefined) throw this.failure;
      return questions.map(({ resourceId }) => ({ allowed: this.allowed.has('*') || this.allowed.has(resourceId) }));
    };
    container.provide('test', decisionsRef, () => ({ guard: (_context, questions) => decide(false, questions), guardAudited: (_context, questions) => decide(true, questions) }));
    container.provide('test', policiesRef, () => new Policies(policies.map((policy) => ({ ...policy, owner: 'test' }))));
    container.provide('test', authenticatorRef, () => this);
    container.provide('test', auditLogRef, () => ({
      record: () => 'evt_1',
      recordNow: async (_context, entries) => {
        if (this.failure !== undefined) throw this.failure;
        this.audit.push(...entries);
        return entries.map(() => 'evt_1');
      },
    }));
    container.provide('test', denialLogRef, () => new RepeatedDenials({ auditLog: () => container.get(auditLogRef), windowMs: 0, onError: () => undefined }));
    container.provide('test', metricsRef, () => ({
      countGraphqlOperation: (type: string, outcome: string) => void this.counted.push(`${type} ${outcome}`),
      countStreamDeliveries: () => undefined,
      observeOperationCost: (type: string, cost: number) => void this.costs.push(`${type} ${cost}`),
      countCostExceeded: (type: string, outcome: string) => void this.costs.push(`${type} ${outcome}`),
    }) as unknown as Metrics);
  }

  /** Number of parts that listen for changes of callers: none after everything has ended. */
  get listening(): number {
    return this.listeners.size;
  }

  context(caller: Caller = ANONYMOUS, now = Date.now()): RequestContext {
    return createRequestContext(this.container, { id: 'req_test', now }, caller);
  }

  /** Gives a caller other rights (or ends it) and says so, unless `quiet`. */
  change(caller: Caller, to: Caller | undefined, quiet = false): void {
    this.callers.set(caller.key, to);
    if (quiet) return;
    for (const listener of this.listeners) listener(({ key }) => key === caller.key);
  }

  async authenticate({ bearer, apiKey }: Credentials): Promise<Caller> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    const token = bearer ?? apiKey;
    if (token === undefined) return ANONYMOUS;
    const caller = this.tokens.get(token);
    if (caller === undefined) throw new PolityError('UNAUTHENTICATED', 'The token does not verify.');
    return caller;
  }

  async refresh(caller: Caller): Promise<Caller | undefined> {
    this.refreshed.push(caller);
    if (this.failure !== undefined) throw this.failure;
    return this.callers.has(caller.key) ? this.callers.get(caller.key) : caller;
  }

  current(caller: Caller): Promise<Caller | undefined> {
    return this.refresh(caller);
  }

  async settled(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
  }

  onChange(listener: (affects: (caller: Caller) => boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Runs one operation on a schema. */
export async function run(schema: GraphQLSchema, source: string, contextValue: RequestContext, variableValues?: Record<string, unknown>): Promise<ExecutionResult<any>> {
  return graphql({ schema, source, contextValue, variableValues });
}

/** Dotted paths of the errors, which are all denials. */
export function deniedPaths({ errors = [] }: ExecutionResult): string[] {
  for (const { message, extensions } of errors) expect({ message, ...extensions }).toEqual({ message: 'Unauthorized field or type', code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
  return errors.map(({ path }) => (path ?? []).join('.'));
}

/** A stream that a test feeds by hand; `stopped` when its reader has ended it. */
export class ManualStream<T = unknown> implements AsyncIterableIterator<T> {
  stopped = false;
  private readonly queue: T[] = [];
  private readonly waiting: ((result: IteratorResult<T>) => void)[] = [];

  push(event: T): void {
    const waiter = this.waiting.shift();
    if (waiter === undefined) this.queue.push(event);
    else waiter({ value: event, done: false });
  }

  finish(): void {
    for (const waiter of this.waiting.splice(0)) waiter({ value: undefined, done: true });
    this.stopped = true;
  }

  async next(): Promise<IteratorResult<T>> {
    const event = this.queue.shift();
    if (event !== undefined) return { value: event, done: false };
    if (this.stopped) return { value: undefined, done: true };
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async return(): Promise<IteratorResult<T>> {
    this.finish();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
