import type { GraphQLResolveInfo } from 'graphql';

/** Decisions about one field at one path of the answer. */
export interface RecordedGuard {
  asked: number;
  allowed: number;
  denied: number;
}

/** Writes down what guards decide while one operation runs. */
export class GuardRecorder {
  private readonly guards = new Map<string, RecordedGuard>();

  /** Writes a decision down and gives it back. */
  record(info: GraphQLResolveInfo, allowed: boolean | Promise<boolean>): boolean | Promise<boolean> {
    const guard = this.at(`${info.parentType.name} ${pathOf(info.path)}`);
    guard.asked++;
    return typeof allowed === 'boolean' ? decided(guard, allowed) : allowed.then((answer) => decided(guard, answer));
  }

  /** What was decided; undefined when nobody came there. @param path - dotted, with `@` for items of lists */
  of(type: string, path: string): Readonly<RecordedGuard> | undefined {
    return this.guards.get(`${type} ${path}`);
  }

  private at(key: string): RecordedGuard {
    const guard = this.guards.get(key) ?? { asked: 0, allowed: 0, denied: 0 };
    this.guards.set(key, guard);
    return guard;
  }
}

function decided(guard: RecordedGuard, allowed: boolean): boolean {
  if (allowed) guard.allowed++;
  else guard.denied++;
  return allowed;
}

function pathOf(path: GraphQLResolveInfo['path']): string {
  const step = typeof path.key === 'number' ? '@' : path.key;
  return path.prev === undefined ? step : `${pathOf(path.prev)}.${step}`;
}
