/** The newest version of an object that a view can see. Of another Space than the view's no revision is known; its moment will do. */
function newest(kind: string, id: string): string {
  return `CROSS JOIN LATERAL (
    SELECT f.removed, f.body FROM sys_authz.fact_version f
    WHERE f.kind = ${kind} AND f.id = ${id} AND CASE
      WHEN f.space_id = '' THEN f.rev <= v.instance_rev
      WHEN f.space_id = v.space_id THEN f.rev <= v.space_rev
      ELSE f.recorded_at <= v.moment END
    ORDER BY f.rev DESC LIMIT 1)`;
}

/**
 * Reads facts out of their versions, for many views at once. A view is a Space at a revision: what was newest then counts, when it was
 * not removed. Objects are found by ids that ever belonged where they are looked for, and count when their newest version still does.
 *
 * $1-$5 number, Space, revision of the Space, revision of the instance and moment of each view; $6-$8 view, kind and id of objects;
 * $9-$10 view and key of resource types; $11-$13 view, Space and path of groups; $14-$15 view and Member of assignments;
 * $16-$18 view, type and action of permissions.
 */
export const PAST_FACT_SQL = `
WITH RECURSIVE v AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[]) AS v (view, space_id, space_rev, instance_rev, moment)
), object AS (
  SELECT v.view, o.kind, o.id, n.body FROM unnest($6::int[], $7::text[], $8::text[]) AS o (view, kind, id) JOIN v USING (view)
  ${newest('o.kind', 'o.id')} AS n WHERE NOT n.removed
), registered AS (
  SELECT v.view, ids.kind, ids.id, n.body FROM unnest($9::int[], $10::text[]) AS t (view, key) JOIN v USING (view)
  CROSS JOIN LATERAL (
    SELECT DISTINCT f.kind, f.id FROM sys_authz.fact_version f
    WHERE (f.kind = 'resource_type' AND f.body ->> 'key' = t.key) OR (f.kind IN ('resource_action', 'resource_mapping') AND f.body ->> 'resource_type' = t.key)) AS ids
  ${newest('ids.kind', 'ids.id')} AS n
  WHERE NOT n.removed AND t.key = CASE ids.kind WHEN 'resource_type' THEN n.body ->> 'key' ELSE n.body ->> 'resource_type' END
), placed AS (
  SELECT v.view, g.id, n.body FROM unnest($11::int[], $12::text[], $13::text[]) AS p (view, space_id, path) JOIN v USING (view)
  JOIN sys_identity.groups g ON g.space_id = p.space_id
  ${newest("'group'", 'g.id')} AS n WHERE NOT n.removed AND n.body ->> 'path' = p.path
), held AS (
  SELECT v.view, ids.id, n.body FROM unnest($14::int[], $15::text[]) AS m (view, member_id) JOIN v USING (view)
  CROSS JOIN LATERAL (SELECT DISTINCT f.id FROM sys_authz.fact_version f WHERE f.kind = 'member_role' AND f.body ->> 'member_id' = m.member_id) AS ids
  ${newest("'member_role'", 'ids.id')} AS n WHERE NOT n.removed AND n.body ->> 'member_id' = m.member_id
), reached (view, role_id) AS (
  SELECT held.view, held.body ->> 'role_id' FROM held
  UNION SELECT v.view, n.body ->> 'inherited_role_id' FROM reached r JOIN v USING (view)
  CROSS JOIN LATERAL (SELECT DISTINCT f.id FROM sys_authz.fact_version f WHERE f.kind = 'role_inheritance' AND f.body ->> 'role_id' = r.role_id) AS ids
  ${newest("'role_inheritance'", 'ids.id')} AS n WHERE NOT n.removed AND n.body ->> 'role_id' = r.role_id AND n.body ->> 'status' = 'active'
), granted AS (
  SELECT v.view, kinds.kind, ids.id, n.body FROM reached r JOIN v USING (view)
  CROSS JOIN (VALUES ('role_permission'), ('role_inheritance')) AS kinds (kind)
  CROSS JOIN LATERAL (
    SELECT DISTINCT f.id FROM sys_authz.fact_version f
    WHERE f.kind IN ('role_permission', 'role_inheritance') AND f.kind = kinds.kind AND f.body ->> 'role_id' = r.role_id) AS ids
  ${newest('kinds.kind', 'ids.id')} AS n
  WHERE NOT n.removed AND n.body ->> 'role_id' = r.role_id AND (kinds.kind = 'role_permission' OR n.body ->> 'status' = 'active')
)
SELECT view, kind, body, NULL::jsonb AS inner_body FROM object
UNION ALL SELECT v.view, 'group', n.body, NULL FROM object o JOIN v USING (view) ${newest("'group'", "(o.body ->> 'group_id')")} AS n
WHERE o.kind = 'resource' AND NOT n.removed
UNION ALL SELECT view, kind, body, NULL FROM registered
UNION ALL SELECT view, 'group', body, NULL FROM placed
UNION ALL SELECT v.view, 'member_role', h.body, a.body FROM held h JOIN v USING (view)
LEFT JOIN LATERAL (SELECT n.body FROM (VALUES (1)) AS one (x) ${newest("'group'", "(h.body ->> 'scope_anchor_group_id')")} AS n WHERE NOT n.removed) AS a ON true
UNION ALL SELECT v.view, 'role', n.body, NULL FROM reached r JOIN v USING (view) ${newest("'role'", 'r.role_id')} AS n WHERE NOT n.removed
UNION ALL SELECT view, kind, body, NULL FROM granted WHERE kind = 'role_inheritance'
UNION ALL SELECT v.view, 'role_permission', g.body, n.body FROM granted g JOIN v USING (view) ${newest("'permission'", "(g.body ->> 'permission_id')")} AS n
WHERE g.kind = 'role_permission' AND NOT n.removed AND EXISTS (
  SELECT FROM unnest($16::int[], $17::text[], $18::text[]) AS w (view, resource_type, action)
  WHERE w.view = v.view AND n.body ->> 'resource_type' = w.resource_type AND n.body ->> 'action' = w.action)`;
