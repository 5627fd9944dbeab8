import type { UserErrorCode } from './error-codes.js';
import { PolityError, type InputPath } from './polity-error.js';

const NOT_FOUND_CODES = {
  User: 'USER_NOT_FOUND',
  Space: 'SPACE_NOT_FOUND',
  Group: 'GROUP_NOT_FOUND',
  Member: 'MEMBER_NOT_FOUND',
  UserMember: 'USER_MEMBER_NOT_FOUND',
  Role: 'ROLE_NOT_FOUND',
  Permission: 'PERMISSION_NOT_FOUND',
  RolePermission: 'ROLE_PERMISSION_NOT_FOUND',
  MemberRole: 'MEMBER_ROLE_NOT_FOUND',
  RoleInheritance: 'ROLE_INHERITANCE_NOT_FOUND',
  SeparationRule: 'SEPARATION_RULE_NOT_FOUND',
  ResourceType: 'RESOURCE_TYPE_NOT_FOUND',
  ResourceAction: 'RESOURCE_ACTION_NOT_FOUND',
  ResourceMapping: 'RESOURCE_MAPPING_NOT_FOUND',
  Resource: 'RESOURCE_NOT_FOUND',
  AdminGrant: 'ADMIN_GRANT_NOT_FOUND',
  ApiKey: 'API_KEY_NOT_FOUND',
  Session: 'SESSION_NOT_FOUND',
  AuditEvent: 'AUDIT_EVENT_NOT_FOUND',
  AccessRequest: 'ACCESS_REQUEST_NOT_FOUND',
  AccessReview: 'ACCESS_REVIEW_NOT_FOUND',
  AccessReviewItem: 'ACCESS_REVIEW_ITEM_NOT_FOUND',
} as const satisfies Record<string, UserErrorCode>;

/** Names of what {@link notFound} can miss. */
export type NamedEntity = keyof typeof NOT_FOUND_CODES;

/**
 * An object that does not exist or that the caller may not see: the two answer alike, and the id is not repeated.
 *
 * @param path - the input that named the object
 */
export function notFound(entity: NamedEntity, path?: InputPath): PolityError {
  return new PolityError(NOT_FOUND_CODES[entity], `This ${entity} does not exist.`, path ? { path } : {});
}
