-- phase: expand
-- Revisions and the versions of every fact that a decision reads.
--
-- A revision is a pair (Space, instance); the instance's own row is ''. A transaction that changes facts ends by raising the
-- revision of what it touched: the row lock makes commit order and revision order one, which a sequence does not. Versions are
-- written by deferred triggers, so they carry that number however the change was made.

SELECT sys_kernel.allow(role, 'USAGE', 'SCHEMA sys_authz')
FROM unnest(ARRAY['polity_app', 'polity_sys_identity', 'polity_sys_resource', 'polity_sys_admin', 'polity_sys_audit']) AS role;

CREATE TABLE revision (
  space_id sys_kernel.space_or_instance PRIMARY KEY,
  rev bigint NOT NULL CHECK (rev >= 0)
);
INSERT INTO revision VALUES ('', 0);

CREATE TABLE fact_version (
  space_id sys_kernel.space_or_instance NOT NULL,
  rev bigint NOT NULL,
  kind text NOT NULL,
  id text COLLATE "C" NOT NULL,
  removed boolean NOT NULL,
  body jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (space_id, rev, kind, id)
);
CREATE INDEX fact_version_history ON fact_version (kind, id, rev DESC);

-- Raises the revision of a Space (or '') once per transaction and gives its number.
CREATE FUNCTION bump(p_space text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  held jsonb := coalesce(nullif(current_setting('polity.revisions', true), ''), '{}')::jsonb;
  raised bigint;
BEGIN
  IF held ? p_space THEN
    RETURN (held ->> p_space)::bigint;
  END IF;
  INSERT INTO sys_authz.revision AS r (space_id, rev) VALUES (p_space, 1)
  ON CONFLICT (space_id) DO UPDATE SET rev = r.rev + 1 RETURNING r.rev INTO raised;
  PERFORM set_config('polity.revisions', (held || jsonb_build_object(p_space, raised))::text, true);
  PERFORM pg_notify('polity_revision', '');
  RETURN raised;
END $$;

-- Ends the writing part of a transaction: locks the instance row first, then raises the given Spaces in id order, then lets the
-- deferred triggers write the versions. Gives the revisions now held, as {"": n, "<space>": m}.
CREATE FUNCTION seal(p_spaces text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  space text;
  instance_rev bigint;
BEGIN
  IF '' = ANY (p_spaces) THEN
    instance_rev := sys_authz.bump('');
  ELSE
    SELECT rev INTO instance_rev FROM sys_authz.revision WHERE space_id = '' FOR SHARE;
  END IF;
  FOR space IN SELECT DISTINCT s COLLATE "C" AS s FROM unnest(p_spaces) AS s WHERE s <> '' ORDER BY 1 LOOP
    PERFORM sys_authz.bump(space);
  END LOOP;
  RETURN coalesce(nullif(current_setting('polity.revisions', true), ''), '{}')::jsonb || jsonb_build_object('', instance_rev);
END $$;

-- Deferred row trigger. Arguments: kind, name of the column that holds the Space ('' = instance), columns of the version.
-- A change of other columns (names, counters) is no new version and raises nothing.
CREATE FUNCTION track_fact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  columns text[] := string_to_array(TG_ARGV[2], ',');
  after_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
  before_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
  shown jsonb;
  hidden jsonb;
  space text;
BEGIN
  SELECT jsonb_object_agg(c, after_row -> c) FILTER (WHERE after_row IS NOT NULL),
         jsonb_object_agg(c, before_row -> c) FILTER (WHERE before_row IS NOT NULL)
  INTO shown, hidden FROM unnest(columns) AS c;
  IF TG_OP = 'UPDATE' AND shown = hidden THEN
    RETURN NULL;
  END IF;
  space := CASE WHEN TG_ARGV[1] = '' THEN '' ELSE coalesce(after_row, before_row) ->> TG_ARGV[1] END;
  INSERT INTO sys_authz.fact_version AS v (space_id, rev, kind, id, removed, body)
  VALUES (space, sys_authz.bump(space), TG_ARGV[0], coalesce(after_row, before_row) ->> 'id', TG_OP = 'DELETE', coalesce(shown, hidden))
  ON CONFLICT (space_id, rev, kind, id) DO UPDATE SET removed = EXCLUDED.removed, body = EXCLUDED.body;
  RETURN NULL;
END $$;

-- Puts a table under version control. Called by the migrations of the schemas that hold facts.
CREATE FUNCTION version_facts(p_table regclass, p_kind text, p_space_column text, p_columns text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'CREATE CONSTRAINT TRIGGER track_fact AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sys_authz.track_fact(%L, %L, %L)',
    p_table, p_kind, p_space_column, p_columns);
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT', 'TABLE sys_authz.revision, sys_authz.fact_version');
