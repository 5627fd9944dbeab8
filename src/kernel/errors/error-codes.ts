/**
 * What an error means for the one who gets it.
 *
 * - `user`: the caller's mistake; the call changed nothing and a corrected call may succeed.
 * - `denied`: the caller is known and may not.
 * - `unauthenticated`: the caller is not known (any more).
 * - `unavailable`: nobody's mistake; the same call may succeed later.
 * - `limit`: the call asks for more than one call may have.
 * - `internal`: our bug; the message is never shown to a caller.
 */
export type ErrorKind = 'user' | 'denied' | 'unauthenticated' | 'unavailable' | 'limit' | 'internal';

/** How one code of the closed set is answered. */
export interface ErrorDefinition {
  readonly kind: ErrorKind;
  /** Status of a plain HTTP answer (REST, probes); GraphQL answers carry the code in `extensions.code`. */
  readonly httpStatus: number;
  /** One sentence, true of every error with this code and of no other. */
  readonly description: string;
}

const define = (kind: ErrorKind, httpStatus: number, description: string): ErrorDefinition =>
  Object.freeze({ kind, httpStatus, description });

const user = (httpStatus: number, description: string): ErrorDefinition & { readonly kind: 'user' } =>
  define('user', httpStatus, description) as ErrorDefinition & { readonly kind: 'user' };
const absent = (entity: string) => user(404, `No ${entity} with this id is visible to the caller.`);
const denied = (description: string) => define('denied', 403, description);
const unauthenticated = (description: string) => define('unauthenticated', 401, description);
const unavailable = (description: string) => define('unavailable', 503, description);
const limit = (httpStatus: number, description: string) => define('limit', httpStatus, description);

/** The closed set of error codes. A code, once released, keeps its meaning. */
export const ERROR_CODES = Object.freeze({
  // Input that cannot be accepted
  VALIDATION_FAILED: user(400, 'An input value is missing, malformed or outside its bounds.'),
  CURSOR_INVALID: user(400, 'A paging cursor was not made by this list or was altered.'),
  PASSWORD_TOO_WEAK: user(400, 'The new password does not meet the length and content rules.'),
  LINK_INVALID: user(400, 'A one-time link is unknown, used up or past its time.'),
  SETTINGS_INVALID: user(400, 'A setting does not match the schema that its owner declared.'),
  IMPORT_INVALID: user(400, 'An import file has an entry that cannot be applied.'),
  CAPABILITY_INVALID: user(400, 'A manifest, or what was registered under it, breaks the capability contract.'),
  UNSUPPORTED_MEDIA_TYPE: user(415, 'The body of the request has a media type that this address does not take.'),
  ROUTE_UNKNOWN: user(404, 'There is no route at the requested address.'),
  METHOD_NOT_ALLOWED: user(405, 'The HTTP method is not offered for this address or operation.'),

  // Input that collides with what exists
  ID_UNAVAILABLE: user(409, 'The supplied id is taken or reserved.'),
  ALREADY_EXISTS: user(409, 'Another object holds the same unique key.'),
  CONFLICT: user(409, 'The object changed after the version that the caller read.'),
  IDEMPOTENCY_KEY_REUSED: user(409, 'The idempotency key was first sent with a different request body.'),
  LAST_SUPER_ADMIN: user(409, 'The change would leave the instance without an active super admin.'),
  GROUP_CYCLE: user(409, 'The move would make a Group its own ancestor.'),
  ROLE_CYCLE: user(409, 'The inheritance would lead from a Role back to itself.'),
  ROLE_CHAIN_TOO_LONG: user(409, 'More than 16 Roles would inherit from one another in a row.'),
  SEPARATION_OF_DUTY: user(409, 'One Member would newly hold more of what a rule keeps apart than it allows.'),
  SPACE_DELETION_PENDING: user(409, 'The Space is being deleted and takes no more changes.'),
  ACCESS_REQUEST_SETTLED: user(409, 'The access request was decided or withdrawn, or nobody answered it in time.'),
  ACCESS_REVIEW_CLOSED: user(409, 'The access review has been closed, or its due date has passed.'),
  SCHEMA_CHANGED: user(409, 'What a running subscription selects was taken away, or replaced, while it ran.'),
  CAPABILITY_CONFLICT: user(409, 'Two owners claim one name in a registry.'),

  // What is not there for the caller: absent and forbidden answer alike
  USER_NOT_FOUND: absent('User'),
  SPACE_NOT_FOUND: absent('Space'),
  GROUP_NOT_FOUND: absent('Group'),
  MEMBER_NOT_FOUND: absent('Member'),
  USER_MEMBER_NOT_FOUND: absent('UserMember'),
  ROLE_NOT_FOUND: absent('Role'),
  PERMISSION_NOT_FOUND: absent('Permission'),
  ROLE_PERMISSION_NOT_FOUND: absent('RolePermission'),
  MEMBER_ROLE_NOT_FOUND: absent('MemberRole'),
  ROLE_INHERITANCE_NOT_FOUND: absent('RoleInheritance'),
  SEPARATION_RULE_NOT_FOUND: absent('SeparationRule'),
  RESOURCE_TYPE_NOT_FOUND: absent('ResourceType'),
  RESOURCE_ACTION_NOT_FOUND: absent('ResourceAction'),
  RESOURCE_MAPPING_NOT_FOUND: absent('ResourceMapping'),
  RESOURCE_NOT_FOUND: absent('Resource'),
  ADMIN_GRANT_NOT_FOUND: absent('AdminGrant'),
  API_KEY_NOT_FOUND: absent('ApiKey'),
  SESSION_NOT_FOUND: absent('Session'),
  AUDIT_EVENT_NOT_FOUND: absent('AuditEvent'),
  ACCESS_REQUEST_NOT_FOUND: absent('AccessRequest'),
  ACCESS_REVIEW_NOT_FOUND: absent('AccessReview'),
  ACCESS_REVIEW_ITEM_NOT_FOUND: absent('AccessReviewItem'),

  // Who is calling
  AUTHENTICATION_REQUIRED: unauthenticated('No credential was presented, or the sign-in name and password do not match.'),
  UNAUTHENTICATED: unauthenticated('The bearer token or API key of the request does not verify.'),
  SESSION_EXPIRED: unauthenticated('The session behind a genuine token has ended by time, sign-out or revocation.'),
  TOKEN_INVALID: unauthenticated('A refresh, registration or first-admin token given as an argument is not accepted.'),

  // What the caller may not
  ACTIVE_MEMBER_REQUIRED: denied('The operation needs an acting Member and the session has none.'),
  ADMIN_PERMISSION_REQUIRED: denied('The caller holds no admin grant with the needed key that reaches the target.'),
  FOUR_EYES_REQUIRED: denied('Somebody else must decide what concerns access of one\'s own.'),
  INLINE_CONTEXT_REQUIRES_API_KEY: denied('Facts supplied inside the request are accepted from API keys only.'),
  AUTHORIZATION_DENIED: denied('The authorization engine decided against the action on the resource.'),
  UNAUTHORIZED_FIELD_OR_TYPE: denied('A guard in the schema withheld part of the selection.'),
  DOCUMENT_NOT_REGISTERED: denied('Clients of this instance run registered operations only, and the sent document is none.'),
  REGISTRATION_DISABLED: denied('Self-registration is switched off.'),
  OWNER_PROTECTED: denied('The registry entry belongs to a different owner, who alone may alter it.'),
  CAPABILITY_PROTECTED: denied('The kernel is sealed: nothing may be added, replaced or stopped from outside.'),
  FEATURE_DISABLED: define('denied', 404, 'An optional feature is off in the settings of this instance.'),

  // How much the caller may ask for
  RATE_LIMITED: limit(429, 'The budget of a caller, an address or a Space for this minute is spent.'),
  AUTH_RATE_LIMITED: limit(429, 'Too many failed sign-ins, or too many password checks at the same moment.'),
  PAYLOAD_TOO_LARGE: limit(413, 'The body of the request is larger than the accepted number of bytes.'),
  BATCH_TOO_LARGE: limit(413, 'One call carries more items than a batch may hold.'),
  COST_ESTIMATED_TOO_EXPENSIVE: limit(413, 'An operation, or a batch of them, could cost more than is accepted.'),
  STREAM_OVERFLOW: limit(429, 'A subscriber took events more slowly than they came, so its queue filled up.'),
  REQUEST_TIMEOUT: limit(504, 'The operation did not finish within its time budget.'),

  // Not now
  NOT_READY: unavailable('A required capability has not come up.'),
  SERVICE_UNAVAILABLE: unavailable('A service that the operation depends on, such as the database, does not answer.'),

  // Ours
  MIGRATION_INVALID: define('internal', 500, 'A migration file is misnamed, out of order or differs from the checksum already applied.'),
  INTERNAL_ERROR: define('internal', 500, 'Something happened that the code holds to be impossible.'),
});

/** One code of the closed set. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes of kind `user`: what a mutation payload may list in `errors`. */
export type UserErrorCode = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code] extends { readonly kind: 'user' } ? Code : never;
}[ErrorCode];
