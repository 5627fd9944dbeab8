-- phase: expand
-- Separation of duty: Roles or Permissions of which no Member may hold more than some at once.

CREATE TABLE separation_rules (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES sys_identity.spaces,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  role_ids text[] COLLATE "C" NOT NULL DEFAULT '{}',
  permission_ids text[] COLLATE "C" NOT NULL DEFAULT '{}',
  at_most int NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  CONSTRAINT separation_rules_kind CHECK ((cardinality(role_ids) = 0) <> (cardinality(permission_ids) = 0)),
  CONSTRAINT separation_rules_size CHECK (cardinality(role_ids || permission_ids) BETWEEN 2 AND 100),
  CONSTRAINT separation_rules_at_most CHECK (at_most BETWEEN 1 AND cardinality(role_ids || permission_ids) - 1)
);

-- What a foreign key would do for a column: Roles of the same Space, Permissions that exist, none of them twice. Neither is ever
-- removed but with its Space.
CREATE FUNCTION check_separation_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF (SELECT count(*) FROM sys_authz.roles r WHERE r.space_id = NEW.space_id AND r.id = ANY (NEW.role_ids)) <> cardinality(NEW.role_ids) THEN
    RAISE EXCEPTION 'separation rule % names a Role twice or one that its Space does not have', NEW.id
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'separation_rules_role_ids';
  ELSIF (SELECT count(*) FROM sys_authz.permissions p WHERE p.id = ANY (NEW.permission_ids)) <> cardinality(NEW.permission_ids) THEN
    RAISE EXCEPTION 'separation rule % names a Permission twice or one that is absent', NEW.id
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'separation_rules_permission_ids';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER separation_rule AFTER INSERT OR UPDATE ON separation_rules FOR EACH ROW EXECUTE FUNCTION check_separation_rule();

-- Who holds more than the rules allow, and what of them. p_rules: array of {id, space_id, role_ids, permission_ids, at_most}, so that
-- rules can be held against facts as they were; p_members: NULL for all Members. A Member holds what an active assignment gives that
-- has not ended, also one that starts later, by its Role and the Roles which that inherits, as far as all of them are active.
CREATE FUNCTION separation_violations(p_rules jsonb, p_members text[], p_at timestamptz)
RETURNS TABLE (space_id text, rule_id text, member_id text, held text[])
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE rule AS (
    SELECT r.id, r.space_id, r.role_ids, r.permission_ids, r.at_most
    FROM jsonb_to_recordset(p_rules) AS r (id text, space_id text, role_ids text[], permission_ids text[], at_most int)
  ), giving (space_id, rule_id, item, role_id) AS (
    (SELECT r.space_id, r.id, o.id::text, o.id::text FROM rule r
     JOIN sys_authz.roles o ON o.id = ANY (r.role_ids) AND o.space_id = r.space_id AND o.status = 'active'
     UNION ALL
     SELECT r.space_id, r.id, p.id::text, o.id::text FROM rule r
     JOIN sys_authz.permissions p ON p.id = ANY (r.permission_ids) AND p.status = 'active' AND p.effect = 'allow'
     JOIN sys_authz.role_permissions rp ON rp.permission_id = p.id AND rp.space_id = r.space_id AND rp.status = 'active'
     JOIN sys_authz.roles o ON o.id = rp.role_id AND o.status = 'active')
    UNION
    SELECT g.space_id, g.rule_id, g.item, o.id::text FROM giving g
    JOIN sys_authz.role_inheritances i ON i.space_id = g.space_id AND i.inherited_role_id = g.role_id AND i.status = 'active'
    JOIN sys_authz.roles o ON o.id = i.role_id AND o.status = 'active'
  -- By Member, or by Role where all Members are asked for: OFFSET keeps each look on its index, however little is known of the tables.
  ), holder (member_id, role_id) AS MATERIALIZED (
    SELECT mr.member_id::text, mr.role_id::text FROM unnest(p_members) AS wanted (id)
    CROSS JOIN LATERAL (SELECT a.* FROM sys_authz.member_roles a WHERE a.member_id = wanted.id OFFSET 0) mr
    WHERE mr.status = 'active' AND (mr.expires_at IS NULL OR mr.expires_at > p_at)
    UNION ALL
    SELECT mr.member_id::text, mr.role_id::text FROM (SELECT DISTINCT g.space_id, g.role_id FROM giving g) given
    CROSS JOIN LATERAL (SELECT a.* FROM sys_authz.member_roles a WHERE a.space_id = given.space_id AND a.role_id = given.role_id OFFSET 0) mr
    WHERE p_members IS NULL AND mr.status = 'active' AND (mr.expires_at IS NULL OR mr.expires_at > p_at)
  )
  SELECT v.space_id, v.rule_id, v.member_id, v.held FROM (
    SELECT g.space_id, g.rule_id, h.member_id, array_agg(DISTINCT g.item ORDER BY g.item) AS held
    FROM holder h JOIN giving g ON g.role_id = h.role_id JOIN rule r ON r.id = g.rule_id
    GROUP BY g.space_id, g.rule_id, h.member_id
    HAVING count(DISTINCT g.item) > max(r.at_most)
  ) v
  WHERE EXISTS (SELECT FROM sys_identity.members m WHERE m.id = v.member_id AND m.status = 'active')
$$;

-- What is wrong with the inheritance of a Role as it stands in this transaction: 'cycle', 'depth' or nothing.
CREATE FUNCTION inheritance_fault(p_role text) RETURNS text
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain (role_id, depth) AS (
    SELECT i.inherited_role_id, 1 FROM sys_authz.role_inheritances i WHERE i.role_id = p_role AND i.status = 'active'
    UNION
    SELECT i.inherited_role_id, c.depth + 1 FROM chain c JOIN sys_authz.role_inheritances i ON i.role_id = c.role_id AND i.status = 'active'
    WHERE c.depth <= 16
  ), above (role_id, depth) AS (
    SELECT i.role_id, 1 FROM sys_authz.role_inheritances i WHERE i.inherited_role_id = p_role AND i.status = 'active'
    UNION
    SELECT i.role_id, a.depth + 1 FROM above a JOIN sys_authz.role_inheritances i ON i.inherited_role_id = a.role_id AND i.status = 'active'
    WHERE a.depth <= 16
  )
  SELECT CASE WHEN EXISTS (SELECT FROM chain WHERE role_id = p_role) THEN 'cycle'
    WHEN coalesce((SELECT max(depth) FROM chain), 0) + coalesce((SELECT max(depth) FROM above), 0) > 16 THEN 'depth' END
$$;

CREATE OR REPLACE FUNCTION check_role_inheritance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  fault text;
BEGIN
  PERFORM sys_authz.bump(NEW.space_id);
  fault := sys_authz.inheritance_fault(NEW.role_id);
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION 'the inheritance of Role % has a fault: %', NEW.role_id, fault
      USING ERRCODE = 'check_violation', CONSTRAINT = 'role_inheritances_' || fault;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_authz.separation_rules WHERE space_id = p_space;
  DELETE FROM sys_authz.member_roles WHERE space_id = p_space;
  DELETE FROM sys_authz.role_permissions WHERE space_id = p_space;
  DELETE FROM sys_authz.role_inheritances WHERE space_id = p_space;
  DELETE FROM sys_authz.roles WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_authz.separation_rules');
