import { authenticatorRef, type Caller, type RequestContext } from '../../system/shared/contracts/index.js';
import { unauthorized } from './unauthorized.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Holds a subscription to the caller's current rights. Before each event, and whenever the caller's session, key or rights may
 * have changed, the caller is read again: an ended one completes the stream, one that lost the guard ends it with the same error
 * that a query would give.
 */
export function guardStream(source: AsyncIterable<unknown>, context: RequestContext, stillAllowed: () => boolean | Promise<boolean>): AsyncIterableIterator<unknown> {
  const events = source[Symbol.asyncIterator]();
  const authenticator = context.services.get(authenticatorRef);
  let over = false;
  let denied: Error | undefined;
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });

  const check = async (): Promise<boolean> => {
    const now = Date.now();
    const fresh: Caller | undefined = context.caller.kind === 'anonymous' ? context.caller : await authenticator.refresh(context.caller, now);
    if (fresh === undefined || (fresh.expiresAt !== undefined && fresh.expiresAt <= now)) {
      await close();
      return false;
    }
    (context as Writable<RequestContext>).caller = fresh;
    if (await stillAllowed()) return true;
    denied = unauthorized();
    await close();
    return false;
  };
  const stopListening = authenticator.onChange((affects) => {
    if (!over && affects(context.caller)) check().catch(() => close());
  });
  const expiry = context.caller.expiresAt === undefined ? undefined : setTimeout(() => void close(), Math.min(Math.max(context.caller.expiresAt - Date.now(), 0), 2 ** 31 - 1));
  expiry?.unref();

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    stopListening();
    clearTimeout(expiry);
    interrupt();
    await events.return?.();
  }
  const end = (): IteratorResult<unknown> => {
    if (denied === undefined) return { value: undefined, done: true };
    const error = denied;
    denied = undefined;
    throw error;
  };

  return {
    async next() {
      if (over) return end();
      const event = await Promise.race([events.next(), interrupted.then(() => undefined)]);
      if (event === undefined || over) return end();
      if (event.done === true) {
        await close();
        return end();
      }
      return (await check()) ? event : end();
    },
    async return() {
      await close();
      return { value: undefined, done: true };
    },
    async throw(error: unknown) {
      await close();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
