import type { ClientBase } from 'pg';
import { createPool } from '../../pool.js';
import { auditLog, LogSequencer, outboxLog } from '../../sequencer/index.js';
import { StatementPool } from '../../statement-pool.js';

/** Text that every escape of the COPY format has to carry. */
export const AWKWARD = 'tab\there, line\nbreak, back\\slash, \\N, quote\', ünïcode 🗝';

const FACTS: readonly string[] = [
  `INSERT INTO sys_kernel.instance VALUES (true, 'inst_1', repeat('ab', 32))`,
  `INSERT INTO sys_kernel.key (kid, purpose, wrapped) VALUES ('kid_api', 'api_key', '\\x00ff0a5c'), ('kid_sign', 'token_signing', '\\x01')`,
  `INSERT INTO sys_kernel.idempotency VALUES ('session:s1', 'key-1', 'createSpace', '\\x0a', '{"space": {"id": "space_1", "n": 1.50}}')`,
  `INSERT INTO sys_kernel.outbox_cursor VALUES ('admin.control_plane', 'identity.space_deleted', 0, 2, 'oev_1', now())`,
  `INSERT INTO sys_identity.users (id, email, display_name, metadata) VALUES ('user_1', 'one@example.org', $awkward$, '{"a": [1, "\\n"]}'),
    ('user_2', 'two@example.org', NULL, '{}')`,
  `INSERT INTO sys_identity.passwords VALUES ('user_1', '$scrypt$x')`,
  `INSERT INTO sys_identity.spaces (id, name) VALUES ('space_1', $awkward$)`,
  // The parent sorts after its child: one COPY has to carry rows that point to later ones.
  `INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth) VALUES
    ('group_z', 'space_1', NULL, 'top', 'top', 0), ('group_a', 'space_1', 'group_z', 'below', 'top.below', 1)`,
  `INSERT INTO sys_identity.members (id, space_id, display_name) VALUES ('member_1', 'space_1', 'One'), ('member_2', 'space_1', 'Two')`,
  `INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, expires_at) VALUES
    ('um_1', 'user_1', 'member_1', 'space_1', '2031-02-03 04:05:06.789012+00')`,
  `INSERT INTO sys_identity.sessions (id, user_id, active_user_member_id, expires_at) VALUES ('sess_1', 'user_1', 'um_1', 'infinity')`,
  `INSERT INTO sys_identity.refresh_tokens VALUES ('\\x01', 'sess_1')`,
  `INSERT INTO sys_identity.sign_in_throttle VALUES ('\\x02', 3, now(), NULL)`,
  `INSERT INTO sys_identity.one_time_links (id, purpose, secret_hash, user_id, expires_at) VALUES ('link_1', 'recovery', '\\x03', 'user_2', now())`,
  `INSERT INTO sys_identity.external_identities VALUES ('xid_1', 'https://idp.example.org', 'sub|1', 'user_1')`,
  `INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES ('rt_1', 'invoice', 'Invoice')`,
  `INSERT INTO sys_resource.resource_actions (id, resource_type, key, display_name) VALUES ('ra_1', 'invoice', 'approve', 'Approve')`,
  `INSERT INTO sys_resource.resource_mappings (id, resource_type) VALUES ('rm_1', 'invoice')`,
  `INSERT INTO sys_resource.resources (id, space_id, resource_type, group_id, owner_member_id) VALUES ('inv-1', 'space_1', 'invoice', 'group_a', 'member_1')`,
  `INSERT INTO sys_authz.permissions (id, resource_type, action, scope) VALUES ('perm_1', 'invoice', 'approve', 'group_tree')`,
  `INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_1', 'space_1', 'approver', 'Approver')`,
  `INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ('rp_1', 'space_1', 'role_1', 'perm_1')`,
  `INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_2', 'space_1', 'junior', 'Junior')`,
  `INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ('ri_1', 'space_1', 'role_1', 'role_2')`,
  `INSERT INTO sys_authz.separation_rules (id, space_id, name, role_ids) VALUES ('sod_1', 'space_1', 'Rule', '{role_1,role_2}')`,
  `INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES ('mr_1', 'space_1', 'member_1', 'role_1', 'group_z')`,
  `INSERT INTO sys_authz.access_requests (id, space_id, member_id, role_id, requested_by_user_id, requested_by_user_member_id, reason, wanted_until, lapses_at)
    VALUES ('areq_1', 'space_1', 'member_1', 'role_2', 'user_1', 'um_1', $awkward$, now(), now())`,
  `INSERT INTO sys_authz.access_reviews (id, space_id, name, role_ids, undecided, due_at, space_rev, instance_rev, population, orphans, items_sha256)
    VALUES ('arev_1', 'space_1', $awkward$, '[]', 'keep', now(), 1, 1, 1, 0, repeat('ab', 32))`,
  `INSERT INTO sys_authz.access_review_items (id, space_id, review_id, member_role_id, assignment_state, member_id, role_id, role_key, since, orphan_reasons, uses_are_recorded)
    VALUES ('arvi_1', 'space_1', 'arev_1', 'mr_1', 'x', 'member_1', 'role_1', 'approver', now(), '["role_disabled"]', true)`,
  `INSERT INTO sys_authz.assignment_use (member_role_id, space_id, last_used_at) VALUES ('mr_1', 'space_1', now())`,
  `INSERT INTO sys_authz.assignment_use_position (next_index) VALUES (7)`,
  `INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_1', 'user_1', 'instance_super_admin', '*')`,
  `INSERT INTO sys_admin.api_keys (id, name, level, permission_keys) VALUES ('key_1', 'Backend', 'instance', '{decisions:check,"audit:*"}')`,
  `INSERT INTO sys_admin.api_key_secrets VALUES ('key_1', '\\x04', 'kid_api')`,
  `INSERT INTO sys_admin.trusted_documents VALUES ('doc:one', repeat('cd', 32), 'One', $awkward$, now())`,
  `INSERT INTO sys_audit.event_personal VALUES ('evt_1', 'ip', '\\x05', 'user_1')`,
  `CREATE TABLE sys_audit.event_2001_02 PARTITION OF sys_audit.event FOR VALUES FROM ('2001-02-01 00:00:00+00') TO ('2001-03-01 00:00:00+00')`,
  `ALTER TABLE sys_audit.event_2001_02 OWNER TO polity_sys_audit`,
];

/** A later change, so that facts have a second version and the revisions move. */
const CHANGES: readonly string[] = [
  `UPDATE sys_identity.users SET status = 'disabled', version = 2 WHERE id = 'user_2'`,
  `DELETE FROM sys_identity.external_identities WHERE id = 'xid_1'`,
  `INSERT INTO sys_identity.external_identities VALUES ('xid_2', 'https://idp.example.org', 'sub|2', 'user_1')`,
];

/** One audit event; `occurredAt` is SQL. Gives nothing: it waits for the sequencer. */
export async function addEvent(client: ClientBase, id: string, occurredAt = 'now()'): Promise<void> {
  await client.query(`
    INSERT INTO sys_audit.event (id, type, risk, space_id, occurred_at, action, target_type, target_id, body, body_hash)
    VALUES ('${id}', 'group.created', 'LOW', 'space_1', ${occurredAt}, 'group.created', 'Group', 'group_a', '\\x7b7d', sha256('\\x7b7d'))`);
}

/** One outbox event. */
export async function addOutboxEvent(client: ClientBase, id: string): Promise<void> {
  await client.query(`
    INSERT INTO sys_kernel.outbox_event (id, type, space_id, subject_type, subject_id, payload, occurred_at)
    VALUES ('${id}', 'identity.group.created', 'space_1', 'Group', 'group_a', '{}', now())`);
}

/** Lets the sequencer order both logs, as a server would. */
export async function sequenceLogs(url: string): Promise<void> {
  const database = new StatementPool(createPool({ url, max: 2, applicationName: 'test', statementTimeoutMs: 10_000, onError: () => undefined }));
  const onError = (error: unknown): void => {
    throw error;
  };
  try {
    await new LogSequencer({ database, log: auditLog, now: Date.now, onError }).sequenced();
    await new LogSequencer({ database, log: outboxLog, now: Date.now, onError }).sequenced();
  } finally {
    await database.close();
  }
}

/**
 * Puts rows into every table of a migrated database: facts with several versions; audit events of today, of an old partition and of
 * none; both logs sequenced, with one event in each that is not yet.
 *
 * @param appUrl - the server's address, for the sequencer
 */
export async function fillEveryTable(client: ClientBase, appUrl: string): Promise<void> {
  for (const statements of [FACTS, CHANGES]) {
    await client.query('BEGIN');
    for (const statement of statements) await client.query(statement.replaceAll('$awkward$', client.escapeLiteral(AWKWARD)));
    await client.query('COMMIT');
  }
  await addEvent(client, 'evt_1');
  await addEvent(client, 'evt_2', `'2001-02-14 12:00:00+00'`);
  await addEvent(client, 'evt_3', `'1999-12-31 23:59:59.999999+00'`);
  await addOutboxEvent(client, 'oev_1');
  await sequenceLogs(appUrl);
  await addEvent(client, 'evt_late');
  await addOutboxEvent(client, 'oev_late');
}
