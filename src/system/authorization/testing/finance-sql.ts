/** The Finance Reviewer fixture in the database, with a second Space beside it. The ended binding ends before every real clock. */
export const FINANCE_SQL = `
INSERT INTO sys_identity.spaces (id, name) VALUES ('space_acme', 'Acme'), ('space_other', 'Other');
INSERT INTO sys_identity.users (id, email) VALUES ('user_alice', 'alice@example.com'), ('user_bob', 'bob@example.com');
INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth) VALUES
  ('group_finance', 'space_acme', NULL, 'finance', 'finance', 0), ('group_finance_apac', 'space_acme', 'group_finance', 'apac', 'finance.apac', 1),
  ('group_finance_emea', 'space_acme', 'group_finance', 'emea', 'finance.emea', 1), ('group_legal', 'space_acme', NULL, 'legal', 'legal', 0),
  ('group_legal_emea', 'space_acme', 'group_legal', 'emea', 'legal.emea', 1), ('group_other', 'space_other', NULL, 'finance', 'finance', 0);
INSERT INTO sys_identity.members (id, space_id, display_name) VALUES
  ('member_finance_reviewer', 'space_acme', 'Finance Reviewer'), ('member_invoice_creator', 'space_acme', 'APAC Invoice Creator'),
  ('member_other', 'space_other', 'Elsewhere');
INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, relation_type, status, is_primary, expires_at, revoked_at) VALUES
  ('um_alice_finance_reviewer', 'user_alice', 'member_finance_reviewer', 'space_acme', 'delegate', 'active', true, NULL, NULL),
  ('um_bob_finance_reviewer', 'user_bob', 'member_finance_reviewer', 'space_acme', 'login', 'active', true, NULL, NULL),
  ('um_alice_finance_reviewer_revoked', 'user_alice', 'member_finance_reviewer', 'space_acme', 'delegate', 'revoked', false, NULL, now()),
  ('um_alice_finance_reviewer_expired', 'user_alice', 'member_finance_reviewer', 'space_acme', 'temporary', 'active', false, '2020-01-01Z', NULL),
  ('um_alice_creator', 'user_alice', 'member_invoice_creator', 'space_acme', 'login', 'active', false, NULL, NULL);
INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES ('rt_invoice', 'invoice', 'Invoice'), ('rt_memo', 'memo', 'Memo');
INSERT INTO sys_resource.resource_actions (id, resource_type, key, display_name, risk_level, audit_default) VALUES
  ('ra_read', 'invoice', 'read', 'Read', 'low', false), ('ra_approve', 'invoice', 'approve', 'Approve', 'high', true),
  ('ra_reject', 'invoice', 'reject', 'Reject', 'high', true), ('ra_memo_read', 'memo', 'read', 'Read', 'low', true);
INSERT INTO sys_resource.resource_mappings (id, resource_type) VALUES ('rm_invoice_resources', 'invoice');
INSERT INTO sys_resource.resources (id, space_id, resource_type, external_id, group_id, owner_member_id, display_name, metadata) VALUES
  ('invoice_001', 'space_acme', 'invoice', 'INV-001', 'group_finance_apac', 'member_invoice_creator', 'First', '{"number": "INV-001", "api_key": "k"}'),
  ('invoice_002', 'space_acme', 'invoice', NULL, 'group_legal_emea', 'member_invoice_creator', NULL, '{}'),
  ('invoice_other', 'space_other', 'invoice', NULL, 'group_other', 'member_other', 'Secret', '{}');
INSERT INTO sys_authz.permissions (id, resource_type, action, scope) VALUES
  ('perm_invoice_approve_group_tree', 'invoice', 'approve', 'group_tree'), ('perm_invoice_read_group_tree', 'invoice', 'read', 'group_tree'),
  ('perm_invoice_delete_space', 'invoice', 'delete', 'space');
INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES
  ('role_finance_approver', 'space_acme', 'finance_approver', 'Finance Approver'), ('role_deleter', 'space_acme', 'deleter', 'Deleter'),
  ('role_other', 'space_other', 'other', 'Other');
INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES
  ('rp_approve', 'space_acme', 'role_finance_approver', 'perm_invoice_approve_group_tree'),
  ('rp_read', 'space_acme', 'role_finance_approver', 'perm_invoice_read_group_tree'),
  ('rp_delete', 'space_acme', 'role_deleter', 'perm_invoice_delete_space');
INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES
  ('mr_finance_reviewer_approver_finance', 'space_acme', 'member_finance_reviewer', 'role_finance_approver', 'group_finance')`;
