-- phase: expand
-- What callers and Spaces may still spend, shared by all nodes. Unlogged: a crash fills the budgets again, and no backup has them.
CREATE UNLOGGED TABLE rate_budgets (
  key text COLLATE "C" PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 200),
  -- Units that were left at `counted_at`; they grow with the time.
  units double precision NOT NULL,
  counted_at timestamptz NOT NULL
);
CREATE INDEX rate_budgets_counted_at ON rate_budgets (counted_at);

SELECT allow('polity_app', 'SELECT, INSERT, UPDATE, DELETE', 'TABLE sys_kernel.rate_budgets');

-- Takes shares of several budgets: token buckets on the clock of the database. Of each as much as is wanted and there, or nothing where
-- that is less than the least. Rows are locked in the order of their keys, so that nodes do not wait for each other in a circle.
CREATE FUNCTION take_rate_units(p_keys text[], p_sizes float8[], p_rates float8[], p_least float8[], p_wanted float8[])
RETURNS TABLE (key text, granted float8, available float8) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  asked record;
BEGIN
  FOR asked IN
    SELECT * FROM unnest(p_keys, p_sizes, p_rates, p_least, p_wanted) AS a (key, size, rate, least, wanted) ORDER BY a.key COLLATE "C"
  LOOP
    key := asked.key;
    INSERT INTO sys_kernel.rate_budgets AS b (key, units, counted_at) VALUES (asked.key, asked.size, clock_timestamp())
    ON CONFLICT ON CONSTRAINT rate_budgets_pkey DO UPDATE SET
      units = least(asked.size, b.units + greatest(0, extract(epoch FROM clock_timestamp() - b.counted_at)) * asked.rate),
      counted_at = greatest(b.counted_at, clock_timestamp())
    RETURNING b.units INTO available;
    granted := CASE WHEN available >= asked.least THEN least(floor(available), asked.wanted) ELSE 0 END;
    UPDATE sys_kernel.rate_budgets AS b SET units = b.units - granted WHERE b.key = asked.key AND granted > 0;
    RETURN NEXT;
  END LOOP;
END $$;
