-- phase: expand
-- What names of a request stand for: actions as callers name them, and word of a name that moved.

-- Business systems call their actions GET or extend-loan; a key is compared byte by byte, so it has to be able to be that.
ALTER TABLE permissions DROP CONSTRAINT permissions_action_check;
ALTER TABLE permissions ADD CONSTRAINT permissions_action_check CHECK (action ~ '^[A-Za-z][A-Za-z0-9_-]{0,62}$');

-- Deferred row trigger with the arguments of track_fact, for changes of columns that are in no version: nodes that remember what a name
-- stands for must hear of them. The version says what the one before it said, so that names, which may be personal, are in none.
CREATE FUNCTION announce_fact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  row_now jsonb := to_jsonb(NEW);
  space text := CASE WHEN TG_ARGV[1] = '' THEN '' ELSE row_now ->> TG_ARGV[1] END;
BEGIN
  INSERT INTO sys_authz.fact_version (space_id, rev, kind, id, removed, body)
  SELECT space, sys_authz.bump(space), TG_ARGV[0], row_now ->> 'id', false, jsonb_object_agg(c, row_now -> c) FROM unnest(string_to_array(TG_ARGV[2], ',')) AS c
  ON CONFLICT (space_id, rev, kind, id) DO NOTHING;
  RETURN NULL;
END $$;
