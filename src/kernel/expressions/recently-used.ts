/** A bounded map that forgets what was not used for the longest time. */
export class RecentlyUsed<Value> {
  private readonly held = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** What is held for the key, or what is made for it now. */
  getOr(key: string, make: () => Value): Value {
    const value = this.held.has(key) ? (this.held.get(key) as Value) : make();
    this.held.delete(key);
    this.held.set(key, value);
    if (this.held.size > this.most) this.held.delete(this.held.keys().next().value as string);
    return value;
  }
}
