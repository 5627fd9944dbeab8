import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers one route. `url` is parsed; its host is never used. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

/** Exact paths to their handlers, by method. */
export class RouteTable {
  private readonly routes = new Map<string, Map<string, RouteHandler>>();

  /** @throws Error when the route has a handler already. */
  add(method: 'GET' | 'POST', path: string, handler: RouteHandler): this {
    const byMethod = this.routes.get(path) ?? new Map<string, RouteHandler>();
    if (byMethod.has(method)) throw new Error(`the route ${method} ${path} has a handler`);
    byMethod.set(method, handler);
    this.routes.set(path, byMethod);
    return this;
  }

  /** Methods of a path, for the `allow` header. */
  methods(path: string): readonly string[] {
    return [...(this.routes.get(path)?.keys() ?? [])];
  }

  /** The handler; `'method'` when only other methods are known; undefined when the path is unknown. */
  find(method: string, path: string): RouteHandler | 'method' | undefined {
    const byMethod = this.routes.get(path);
    if (byMethod === undefined) return undefined;
    return byMethod.get(method === 'HEAD' ? 'GET' : method) ?? 'method';
  }
}
