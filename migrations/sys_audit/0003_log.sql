-- phase: expand
-- The audit log: append-only rows, sequenced into one order. The server's role may only INSERT and SELECT.

SELECT sys_kernel.allow('polity_app', 'USAGE', 'SCHEMA sys_audit');

CREATE SEQUENCE event_seq;

-- `body` is the canonical JSON (RFC 8785) made once; the other columns are an index of it. Retention may empty a body, its hash stays.
CREATE TABLE event (
  seq bigint NOT NULL DEFAULT nextval('sys_audit.event_seq'),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id sys_kernel.id NOT NULL,
  type text NOT NULL,
  risk text NOT NULL CHECK (risk IN ('LOW', 'NORMAL', 'HIGH', 'CRITICAL')),
  space_id sys_kernel.space_or_instance NOT NULL,
  group_id text COLLATE "C",
  occurred_at timestamptz NOT NULL,
  actor_user_id text COLLATE "C",
  actor_member_id text COLLATE "C",
  actor_user_member_id text COLLATE "C",
  credential_id text COLLATE "C",
  action text NOT NULL,
  target_type text NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  decision text CHECK (decision IN ('ALLOW', 'DENY')),
  deny_code text,
  trace_id text COLLATE "C",
  request_id text COLLATE "C",
  body bytea,
  body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
  PRIMARY KEY (seq, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX event_xid ON event (xid);
CREATE INDEX event_id ON event (id);
CREATE INDEX event_space ON event (space_id, seq DESC);
CREATE INDEX event_target ON event (target_type, target_id, seq DESC);
CREATE INDEX event_actor ON event (actor_user_id, seq DESC) WHERE actor_user_id IS NOT NULL;
CREATE INDEX event_request ON event (request_id) WHERE request_id IS NOT NULL;

-- Keyed hashes of sealed personal fields, for equality filters; erasure deletes them.
CREATE TABLE event_personal (
  event_id text COLLATE "C" NOT NULL,
  field text NOT NULL CHECK (field IN ('ip', 'userAgent', 'identifier')),
  hash bytea NOT NULL,
  subject text COLLATE "C" NOT NULL,
  PRIMARY KEY (event_id, field)
);
CREATE INDEX event_personal_hash ON event_personal (field, hash);
CREATE INDEX event_personal_subject ON event_personal (subject);

-- One row per batch of the sequencer. Arrays run in log order: position i has index first_index + i - 1.
CREATE TABLE batch (
  first_index bigint PRIMARY KEY,
  count int NOT NULL CHECK (count > 0),
  seqs bigint[] NOT NULL,
  space_numbers bigint[] NOT NULL,
  leaf_hashes bytea NOT NULL,
  min_seq bigint NOT NULL,
  max_seq bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  sequenced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (cardinality(seqs) = count AND cardinality(space_numbers) = count AND length(leaf_hashes) = 32 * count)
);
CREATE INDEX batch_max_seq ON batch (max_seq);

-- Last event of each Space: its number and leaf hash, which the next leaf of that Space names.
CREATE TABLE space_head (
  space_id sys_kernel.space_or_instance PRIMARY KEY,
  number bigint NOT NULL,
  leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32)
);

CREATE TABLE head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_index bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  system_identifier text NOT NULL
);
INSERT INTO head (next_index, snapshot, system_identifier)
SELECT 0, pg_current_snapshot(), system_identifier::text FROM pg_control_system();

-- Creates the partitions of the current and the next `p_months` months; 'default' catches what a wrong clock would lose.
CREATE FUNCTION ensure_partitions(p_months int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  first_day date;
  made int := 0;
BEGIN
  FOR offset_months IN 0..p_months LOOP
    first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => offset_months))::date;
    IF to_regclass(format('sys_audit.event_%s', to_char(first_day, 'YYYY_MM'))) IS NULL THEN
      EXECUTE format(
        'CREATE TABLE sys_audit.%I PARTITION OF sys_audit.event FOR VALUES FROM (%L) TO (%L)',
        'event_' || to_char(first_day, 'YYYY_MM'),
        to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
CREATE TABLE event_default PARTITION OF event DEFAULT;
SELECT ensure_partitions(12);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON batch FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Lock of the head row: leadership and fence of the sequencer (a lost race is 40001 in a repeatable-read transaction).
CREATE FUNCTION lock_head() RETURNS TABLE (next_index bigint, snapshot pg_snapshot, system_identifier text, restored boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT h.next_index, h.snapshot, h.system_identifier, h.system_identifier <> (SELECT c.system_identifier::text FROM pg_control_system() AS c)
  FROM sys_audit.head AS h FOR UPDATE OF h
$$;

-- Appends one batch and moves the heads. Refuses a batch that does not start where the log ends.
CREATE FUNCTION append_batch(p_first bigint, p_seqs bigint[], p_numbers bigint[], p_leaves bytea, p_spaces text[], p_space_numbers bigint[], p_space_leaves bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE sys_audit.head SET next_index = p_first + cardinality(p_seqs), snapshot = pg_current_snapshot(),
    system_identifier = (SELECT c.system_identifier::text FROM pg_control_system() AS c)
  WHERE next_index = p_first;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'batch starts at % where the log does not end', p_first USING ERRCODE = 'serialization_failure';
  END IF;
  IF cardinality(p_seqs) = 0 THEN
    RETURN;
  END IF;
  INSERT INTO sys_audit.batch (first_index, count, seqs, space_numbers, leaf_hashes, min_seq, max_seq, snapshot)
  SELECT p_first, cardinality(p_seqs), p_seqs, p_numbers, p_leaves, min(s), max(s), pg_current_snapshot() FROM unnest(p_seqs) AS s;
  INSERT INTO sys_audit.space_head AS h (space_id, number, leaf_hash)
  SELECT * FROM unnest(p_spaces, p_space_numbers, p_space_leaves)
  ON CONFLICT (space_id) DO UPDATE SET number = EXCLUDED.number, leaf_hash = EXCLUDED.leaf_hash;
  PERFORM pg_notify('polity_audit', '');
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT', 'TABLE sys_audit.event, sys_audit.event_personal');
SELECT sys_kernel.allow('polity_app', 'SELECT', 'TABLE sys_audit.batch, sys_audit.space_head, sys_audit.head');
SELECT sys_kernel.allow('polity_app', 'USAGE', 'SEQUENCE sys_audit.event_seq');
