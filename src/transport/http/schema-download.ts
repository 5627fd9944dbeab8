import type { IncomingMessage, ServerResponse } from 'node:http';
import { INTROSPECTION_KEY, type DocumentGate, type SchemaViews } from '../../graphql/index.js';
import { PolityError } from '../../kernel/errors/index.js';
import { isAuthenticated, type RequestContext } from '../../system/shared/contracts/index.js';
import { API_KEY_HEADER } from './credentials.js';
import { send } from './respond.js';

/** Where the schema is downloaded. */
export const SCHEMA_PATH = '/graphql/schema.graphql';

/** `GET /graphql/schema.graphql`: the SDL of what the caller may use. Who may introspect may have it. */
export class SchemaDownload {
  constructor(
    private readonly views: SchemaViews,
    private readonly documents: DocumentGate,
    private readonly anonymousAllowed: boolean,
  ) {}

  /** @throws PolityError for the anonymous where they may not introspect, and for callers who may use nothing. */
  handle(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
    if (!this.anonymousAllowed && !isAuthenticated(context.caller)) throw new PolityError('AUTHENTICATION_REQUIRED', 'The schema is for callers with credentials.');
    if (!this.documents.mayIntrospect(context)) {
      throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${INTROSPECTION_KEY} on the instance: only registered documents run here.`, { details: { permission: INTROSPECTION_KEY } });
    }
    const view = this.views.of(context);
    if (view === undefined) throw new PolityError('UNAUTHORIZED_FIELD_OR_TYPE', 'This caller may use nothing of the schema.');
    const tag = `"${view.hash}"`;
    response.setHeader('etag', tag);
    // Rights change: what was stored is asked about each time, and is nobody else's.
    response.setHeader('cache-control', 'private, no-cache');
    response.appendHeader('vary', `authorization, ${API_KEY_HEADER}`);
    if (!isKnown(request.headers['if-none-match'], tag)) return send(response, 200, 'text/plain; charset=utf-8', view.sdl);
    response.statusCode = 304;
    response.end();
  }
}

// Weak comparison (RFC 9110, 13.1.2): a proxy that compresses weakens the tag.
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch?.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, ''))) === true;
}
