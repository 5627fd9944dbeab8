/**
 * What PostgreSQL does not enforce for us.
 *
 * - `app_role_missing`, `owner_role_missing`, `schema_owner_differs`: the separation of roles is not set up.
 * - `app_role_superuser`, `app_role_elevated`, `app_role_owns`, `app_role_may_become_owner`, `app_role_may_create`,
 *   `audit_log_changeable`: the role that the server works as may do more than it should.
 * - `login_may_step_back`: the server's login became that role and could become itself again.
 */
export type RoleProblemCode =
  | 'app_role_missing'
  | 'owner_role_missing'
  | 'schema_owner_differs'
  | 'app_role_superuser'
  | 'app_role_elevated'
  | 'app_role_owns'
  | 'app_role_may_become_owner'
  | 'app_role_may_create'
  | 'audit_log_changeable'
  | 'login_may_step_back';

/** One thing that is not enforced. */
export interface RoleProblem {
  readonly code: RoleProblemCode;
  /** The role, schema or object that it is about. */
  readonly subject: string;
  readonly message: string;
}
