/** The four ids that name who acts. */
export interface Actor {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
}

/** Level of a right to use the control plane. */
export type GrantLevel = 'instance_super_admin' | 'instance_admin' | 'space_admin' | 'group_admin';

/** One right to use the control plane, as loaded with the caller. */
export interface CallerGrant {
  readonly id: string;
  readonly level: GrantLevel;
  /** `*`, `domain:*` or `domain:action`. */
  readonly permissionKey: string;
  readonly spaceId?: string;
  readonly groupId?: string;
  /** Path of the group when the grant was read; moves are followed by reading again. */
  readonly groupPath?: string;
  /** Milliseconds since the epoch; compared with the clock of the request. */
  readonly expiresAt?: number;
}

/** Kinds of callers. `system` is the server itself (start-up, CLI, sweeps). */
export type CallerKind = 'anonymous' | 'session' | 'oidc' | 'api_key' | 'system';

/** Who sends a request, verified. Immutable; a change of rights gives a new one. */
export interface Caller {
  readonly kind: CallerKind;
  /** Stable key of the caller for idempotency, throttles and plans: `<kind>:<id>`. */
  readonly key: string;
  readonly userId?: string;
  /** Session id or API key id. */
  readonly credentialId?: string;
  /** Issuer of the token; our own public URL for native sessions. */
  readonly issuer?: string;
  /** The active Member: of the session, or the one an API key is bound to. */
  readonly actor?: Actor;
  readonly grants: readonly CallerGrant[];
  /** Instance revision at which the caller was read. */
  readonly revision: number;
  /** When the credential stops to be valid, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** The caller without credentials. */
export const ANONYMOUS: Caller = { kind: 'anonymous', key: 'anonymous:', grants: [], revision: 0 };

/** The server itself: holds every right, and every audit event says so. */
export const SYSTEM: Caller = {
  kind: 'system',
  key: 'system:polity',
  grants: [{ id: 'system', level: 'instance_super_admin', permissionKey: '*' }],
  revision: 0,
};

/** True for every kind that proved who it is. */
export function isAuthenticated(caller: Caller): boolean {
  return caller.kind !== 'anonymous';
}

/** True for a person who holds the super admin right; API keys never do. */
export function isSuperAdmin(caller: Caller): boolean {
  return caller.kind !== 'api_key' && caller.kind !== 'anonymous' && caller.grants.some(({ level }) => level === 'instance_super_admin');
}
