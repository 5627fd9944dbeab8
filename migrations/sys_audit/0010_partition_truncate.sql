-- phase: expand
-- PostgreSQL hands triggers for rows down to partitions, but none for TRUNCATE: each partition gets its own.

CREATE FUNCTION guard_partition(p_partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION sys_audit.refuse_change()', p_partition);
END $$;

SELECT guard_partition(inhrelid::regclass) FROM pg_inherits WHERE inhparent = 'event'::regclass;

CREATE OR REPLACE FUNCTION ensure_partitions(p_months int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  first_day date;
  name text;
  made int := 0;
BEGIN
  FOR offset_months IN 0..p_months LOOP
    first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => offset_months))::date;
    name := 'event_' || to_char(first_day, 'YYYY_MM');
    IF to_regclass(format('sys_audit.%I', name)) IS NULL THEN
      EXECUTE format(
        'CREATE TABLE sys_audit.%I PARTITION OF sys_audit.event FOR VALUES FROM (%L) TO (%L)',
        name,
        to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
      PERFORM sys_audit.guard_partition(to_regclass(format('sys_audit.%I', name)));
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
