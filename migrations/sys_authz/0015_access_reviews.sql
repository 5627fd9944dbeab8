-- phase: expand
-- Reviews of access: a population frozen at one revision, what its reviewers decided, and the signed result. And when assignments were
-- last used, out of the decision log.

CREATE TABLE access_reviews (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES sys_identity.spaces,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  group_id sys_kernel.id,
  role_ids jsonb NOT NULL,
  undecided text NOT NULL CHECK (undecided IN ('keep', 'revoke')),
  due_at timestamptz NOT NULL,
  created_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  space_rev bigint NOT NULL,
  instance_rev bigint NOT NULL,
  population int NOT NULL CHECK (population >= 0),
  orphans int NOT NULL CHECK (orphans BETWEEN 0 AND population),
  items_sha256 text COLLATE "C" NOT NULL CHECK (items_sha256 ~ '^[0-9a-f]{64}$'),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  closed_at timestamptz,
  closed_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  result_jws text COLLATE "C",
  result_sha256 text COLLATE "C" CHECK (result_sha256 ~ '^[0-9a-f]{64}$'),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  FOREIGN KEY (space_id, group_id) REFERENCES sys_identity.groups (space_id, id),
  CHECK ((status = 'closed') = (closed_at IS NOT NULL AND result_jws IS NOT NULL AND result_sha256 IS NOT NULL))
);
CREATE INDEX access_reviews_space ON access_reviews (space_id, id);

-- One assignment as it was at the revision of its review: the server may only write what was decided about it. `assignment_state` tells
-- whether the assignment is still the one that was frozen. Member, Role and anchor are copies of what the assignment referred to.
CREATE TABLE access_review_items (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  review_id sys_kernel.id NOT NULL,
  member_role_id sys_kernel.id NOT NULL,
  assignment_state text COLLATE "C" NOT NULL,
  member_id sys_kernel.id NOT NULL,
  role_id sys_kernel.id NOT NULL,
  role_key text COLLATE "C" NOT NULL,
  scope_anchor_group_id sys_kernel.id,
  scope_anchor_path text COLLATE "C",
  since timestamptz NOT NULL,
  ends_at timestamptz,
  condition text COLLATE "C",
  orphan_reasons jsonb NOT NULL,
  last_used_at timestamptz,
  uses_are_recorded boolean NOT NULL,
  reviewer_user_id sys_kernel.id REFERENCES sys_identity.users,
  reviewer_member_id sys_kernel.id,
  outcome text CHECK (outcome IN ('keep', 'revoke')),
  comment text CHECK (length(comment) BETWEEN 1 AND 1000),
  decided_at timestamptz,
  decided_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  result text CHECK (result IN ('kept', 'revoked', 'changed')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE (member_role_id, review_id),
  FOREIGN KEY (space_id, review_id) REFERENCES access_reviews (space_id, id),
  FOREIGN KEY (space_id, member_role_id) REFERENCES member_roles (space_id, id),
  FOREIGN KEY (space_id, reviewer_member_id) REFERENCES sys_identity.members (space_id, id),
  CHECK (reviewer_user_id IS NULL OR reviewer_member_id IS NULL),
  CHECK ((outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by_user_id IS NULL)),
  CHECK (comment IS NULL OR outcome IS NOT NULL)
);
CREATE INDEX access_review_items_review ON access_review_items (review_id, id);
CREATE INDEX access_review_items_reviewer_user ON access_review_items (reviewer_user_id, id) WHERE reviewer_user_id IS NOT NULL;
CREATE INDEX access_review_items_reviewer_member ON access_review_items (reviewer_member_id, id) WHERE reviewer_member_id IS NOT NULL;

-- What is looked at to tell whether an assignment changed. JSON keeps the parts apart; times are numbers, whatever the session's zone is.
CREATE FUNCTION assignment_state(p_assignment member_roles) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT md5(jsonb_build_array(p_assignment.status, p_assignment.scope_anchor_group_id, extract(epoch FROM p_assignment.starts_at),
    extract(epoch FROM p_assignment.expires_at), p_assignment.condition, p_assignment.version)::text)
$$;

-- When an assignment last gave an ALLOW, read from the decision log by position: the write path of decisions knows nothing of it.
CREATE TABLE assignment_use (
  member_role_id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  last_used_at timestamptz NOT NULL,
  FOREIGN KEY (space_id, member_role_id) REFERENCES member_roles (space_id, id)
) WITH (fillfactor = 80);
CREATE INDEX assignment_use_space ON assignment_use (space_id);

-- Index of the audit log up to which uses were read; no row until somebody begins.
CREATE TABLE assignment_use_position (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_index bigint NOT NULL
);

-- Who removes a Space looks here for each Member, binding and assignment.
CREATE INDEX access_requests_member ON access_requests (member_id);
CREATE INDEX access_requests_user_member ON access_requests (requested_by_user_member_id);
CREATE INDEX access_requests_member_role ON access_requests (member_role_id) WHERE member_role_id IS NOT NULL;

CREATE OR REPLACE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_authz.access_review_items WHERE space_id = p_space;
  DELETE FROM sys_authz.access_reviews WHERE space_id = p_space;
  DELETE FROM sys_authz.access_requests WHERE space_id = p_space;
  DELETE FROM sys_authz.assignment_use WHERE space_id = p_space;
  IF to_regclass('sys_authz.separation_rules') IS NOT NULL THEN
    EXECUTE 'DELETE FROM sys_authz.separation_rules WHERE space_id = $1' USING p_space;
  END IF;
  DELETE FROM sys_authz.member_roles WHERE space_id = p_space;
  DELETE FROM sys_authz.role_permissions WHERE space_id = p_space;
  DELETE FROM sys_authz.role_inheritances WHERE space_id = p_space;
  DELETE FROM sys_authz.roles WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app',
  'SELECT, INSERT, UPDATE (status, closed_at, closed_by_user_id, result_jws, result_sha256, version, updated_at)', 'TABLE sys_authz.access_reviews');
SELECT sys_kernel.allow('polity_app',
  'SELECT, INSERT, UPDATE (outcome, comment, decided_at, decided_by_user_id, result, version, updated_at)', 'TABLE sys_authz.access_review_items');
SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE (last_used_at)', 'TABLE sys_authz.assignment_use');
SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE (next_index)', 'TABLE sys_authz.assignment_use_position');
