/** A piece of JSON Schema (draft 2020-12), or a reference to one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An OpenAPI operation object, without what is common to all. */
export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  /** Absent for an operation that anybody may call. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly JsonSchema[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

/** One route of the product: what serves it must be declared here, and what is declared here must be served. */
export interface DeclaredRoute {
  readonly method: 'GET' | 'POST';
  /** Exact path. */
  readonly path: string;
  readonly operation: OperationObject;
  /** A setting switches it off; it is then not found. */
  readonly isOptional?: true;
}

/** A reference to a schema of the document. */
export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** A reference to an answer of the document. */
export const responseRef = (name: string): JsonSchema => ({ $ref: `#/components/responses/${name}` });

/** An answer or a body of one media type. */
export const content = (schema: JsonSchema, mediaType = 'application/json', more: JsonSchema = {}): JsonSchema => ({ [mediaType]: { schema, ...more } });

/** The header that every answer carries. */
export const REQUEST_ID: JsonSchema = { 'X-Request-ID': { $ref: '#/components/headers/RequestId' } };

/** An answer with a body. */
export const answer = (description: string, body: JsonSchema): JsonSchema => ({ description, headers: REQUEST_ID, content: body });

/** Credentials of a caller: an API key or an access token. */
export const CREDENTIALS: NonNullable<OperationObject['security']> = [{ bearer: [] }, { apiKey: [] }];
