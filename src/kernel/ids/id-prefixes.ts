/**
 * Prefix of the ids of each type. All of them are reserved: a Resource of a business system cannot take an id that begins with one.
 * A prefix added later would make stored Resource ids ambiguous, so those of planned types are here from the first release.
 */
export const ID_PREFIXES = Object.freeze({
  User: 'user',
  Space: 'space',
  Group: 'group',
  Member: 'member',
  UserMember: 'um',
  Role: 'role',
  Permission: 'perm',
  RolePermission: 'rp',
  MemberRole: 'mr',
  RoleInheritance: 'ri',
  SeparationRule: 'sod',
  AccessRequest: 'areq',
  AccessReview: 'arev',
  AccessReviewItem: 'arvi',
  ResourceType: 'rt',
  ResourceAction: 'ra',
  ResourceMapping: 'rm',
  /** Ids of Resources that are made here; supplied ones look as their owner likes. */
  Resource: 'res',
  AdminGrant: 'ag',
  ApiKey: 'ak',
  Session: 'sess',
  ExternalIdentity: 'ei',
  /** Invitations and recovery links. */
  OneTimeLink: 'inv',
  AuditEvent: 'audit',
  AuditEventType: 'aet',
  Trace: 'trc',
  Request: 'req',
  OutboxEvent: 'evt',
  Key: 'kid',
  Instance: 'inst',
  Capability: 'cap',
  Plugin: 'plg',
});

/** A type whose objects have ids. */
export type IdType = keyof typeof ID_PREFIXES;

/** A prefix of {@link ID_PREFIXES}. */
export type IdPrefix = (typeof ID_PREFIXES)[IdType];
