import type { RequestContext } from './request-context.js';

/**
 * Something that is kept with the context of a request. Not in a map beside it: with thousands of requests per second its dead entries
 * are work for each collection.
 */
export class RequestSlot<Value> {
  private readonly key = Symbol('slot of a request');

  of(context: RequestContext): Value | undefined {
    return (context as unknown as { readonly [key: symbol]: Value | undefined })[this.key];
  }

  set(context: RequestContext, value: Value): void {
    (context as unknown as { [key: symbol]: Value | undefined })[this.key] = value;
  }
}
