import type { ChangeOf, EntryOfKind, Kind } from '../compare/change.js';
import type { RequestContext } from '../../../shared/contracts/index.js';

/** How changes of one kind are made. */
export interface Handler<Made> {
  add(after: Made): Promise<unknown>;
  change?(before: Made, after: Made, changed: ReadonlySet<string>): Promise<unknown>;
  /** Puts it out of force; nothing is ever deleted. */
  remove?(before: Made): Promise<unknown>;
}

/** Handlers by kind. */
export type Handlers<Kinds extends Kind = Kind> = { readonly [OfKind in Kinds]: Handler<EntryOfKind[OfKind]> };

/** A value where it has changed: services leave absent fields as they are, and null empties them. */
export function changedValue<Value>(changed: ReadonlySet<string>, field: string, value: Value | undefined): Value | null | undefined {
  return changed.has(field) ? (value ?? null) : undefined;
}

interface Switched {
  disable(context: RequestContext, input: { readonly id: string }): Promise<unknown>;
  restore(context: RequestContext, input: { readonly id: string }): Promise<unknown>;
}

/** Puts something out of force, or back into it. */
export function switchTo(service: Switched, context: RequestContext, id: string, status: string): Promise<unknown> {
  return status === 'active' ? service.restore(context, { id }) : service.disable(context, { id });
}

/** Makes one change. */
export async function handle<OfKind extends Kind>(handlers: Handlers, { kind, op, before, after, fields }: ChangeOf<OfKind>): Promise<void> {
  const handler: Handler<EntryOfKind[OfKind]> = handlers[kind];
  if (op === 'add') await handler.add(after!);
  else if (op === 'remove') await handler.remove?.(before!);
  else await handler.change?.(before!, after!, new Set(fields.map(({ field }) => field)));
}
