const LIFECYCLE = /^(kernel|capability|plugin)\./;

/** Whether an event type tells of the life of the system itself: the kernel, its capabilities, plugins. */
export function isLifecycleType(type: string): boolean {
  return LIFECYCLE.test(type);
}
