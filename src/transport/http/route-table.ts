import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers one route. `url` is parsed; its host is never used. */
export interface RouteHandler {
  (request: IncomingMessage, response: ServerResponse, url: URL): void | Promise<void>;
  /** It sets the headers that every answer carries by itself. */
  readonly writesHead?: true;
}

/** A route that the product says it has. */
export interface RouteDeclaration {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** A setting may switch it off. */
  readonly isOptional?: true;
}

/** Exact paths to their handlers, by method. */
export class RouteTable {
  private readonly routes = new Map<string, Map<string, RouteHandler>>();
  private readonly urls = new Map<string, URL>();

  /** @param declared - the routes that may be added, and no others; any when absent */
  constructor(private readonly declared?: readonly RouteDeclaration[]) {}

  /**
   * @param declaredAs - path of the declaration, where a setting moves the route to another one
   * @throws Error when the route is not declared, or has a handler already
   */
  add(method: 'GET' | 'POST', path: string, handler: RouteHandler, declaredAs = path): this {
    if (this.declared?.some((route) => route.method === method && route.path === declaredAs) === false) throw new Error(`the route ${method} ${declaredAs} is not declared`);
    const byMethod = this.routes.get(path) ?? new Map<string, RouteHandler>();
    if (byMethod.has(method)) throw new Error(`the route ${method} ${path} has a handler`);
    byMethod.set(method, handler);
    this.routes.set(path, byMethod);
    this.urls.set(path, new URL(path, 'http://server'));
    return this;
  }

  /** The parsed form of a request target that is nothing but the path of a route; it must not be changed. */
  url(target: string | undefined): URL | undefined {
    return this.urls.get(target ?? '');
  }

  /** @throws Error naming the declared routes that nobody serves. */
  assertComplete(): void {
    const missing = (this.declared ?? []).filter(({ method, path, isOptional }) => isOptional !== true && this.routes.get(path)?.has(method) !== true);
    if (missing.length > 0) throw new Error(`nobody serves ${missing.map(({ method, path }) => `${method} ${path}`).join(', ')}`);
  }

  /** Whether a path has any handler. */
  has(path: string): boolean {
    return this.routes.has(path);
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
