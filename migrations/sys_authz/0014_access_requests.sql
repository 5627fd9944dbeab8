-- phase: expand
-- Which Roles can be asked for, and the requests for them.

-- Not part of a decision, so it has no versions: it only says who may be asked for what.
ALTER TABLE roles ADD COLUMN requestable boolean NOT NULL DEFAULT false;

-- What was asked for never changes; the server may only settle it. A request that nobody settles lapses by the clock: nothing has to run
-- for that, and 'expired' is written only where a later request takes its place.
CREATE TABLE access_requests (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  member_id sys_kernel.id NOT NULL,
  role_id sys_kernel.id NOT NULL,
  scope_anchor_group_id sys_kernel.id,
  requested_by_user_id sys_kernel.id NOT NULL REFERENCES sys_identity.users,
  requested_by_user_member_id sys_kernel.id NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  wanted_until timestamptz NOT NULL,
  lapses_at timestamptz NOT NULL,
  denied_decision_id sys_kernel.id,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'refused', 'withdrawn', 'expired')),
  settled_at timestamptz,
  settled_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  refusal_reason text CHECK (length(refusal_reason) BETWEEN 1 AND 1000),
  granted_until timestamptz,
  member_role_id sys_kernel.id,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  FOREIGN KEY (space_id, member_id) REFERENCES sys_identity.members (space_id, id),
  FOREIGN KEY (space_id, requested_by_user_member_id) REFERENCES sys_identity.user_members (space_id, id),
  FOREIGN KEY (space_id, role_id) REFERENCES roles (space_id, id),
  FOREIGN KEY (space_id, scope_anchor_group_id) REFERENCES sys_identity.groups (space_id, id),
  FOREIGN KEY (space_id, member_role_id) REFERENCES member_roles (space_id, id),
  CHECK (lapses_at <= wanted_until),
  CHECK ((status = 'pending') = (settled_at IS NULL)),
  CHECK ((status = 'approved') = (member_role_id IS NOT NULL)),
  CHECK ((status = 'approved') = (granted_until IS NOT NULL)),
  CHECK ((status = 'refused') = (refusal_reason IS NOT NULL)),
  CONSTRAINT access_requests_other_person 
    CHECK (status NOT IN ('approved', 'refused') OR (settled_by_user_id IS NOT NULL AND settled_by_user_id <> requested_by_user_id))
);
CREATE UNIQUE INDEX access_requests_pending ON access_requests (member_id, role_id, scope_anchor_group_id) NULLS NOT DISTINCT WHERE status = 'pending';
CREATE INDEX access_requests_space ON access_requests (space_id, status, id);
CREATE INDEX access_requests_asker ON access_requests (requested_by_user_id, id);

CREATE OR REPLACE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_authz.access_requests WHERE space_id = p_space;
  IF to_regclass('sys_authz.separation_rules') IS NOT NULL THEN
    EXECUTE 'DELETE FROM sys_authz.separation_rules WHERE space_id = $1' USING p_space;
  END IF;
  DELETE FROM sys_authz.member_roles WHERE space_id = p_space;
  DELETE FROM sys_authz.role_permissions WHERE space_id = p_space;
  DELETE FROM sys_authz.role_inheritances WHERE space_id = p_space;
  DELETE FROM sys_authz.roles WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app',
  'SELECT, INSERT, UPDATE (status, settled_at, settled_by_user_id, refusal_reason, granted_until, member_role_id, version, updated_at)',
  'TABLE sys_authz.access_requests');
