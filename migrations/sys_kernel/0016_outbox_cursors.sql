-- phase: expand
-- How far each subscriber has handled the outbox. Whoever delivers holds the row's lock: one node at a time, and none after a death.
CREATE TABLE outbox_cursor (
  subscriber text COLLATE "C" NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  -- Everything of the type before this place is handled.
  position bigint NOT NULL CHECK (position >= 0),
  -- Failed attempts at the event that stands at the position; it is never skipped.
  attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  failed_event id,
  retry_at timestamptz,
  PRIMARY KEY (subscriber, event_type),
  CHECK ((attempts > 0) = (failed_event IS NOT NULL) AND (attempts > 0) = (retry_at IS NOT NULL))
);

SELECT allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_kernel.outbox_cursor');
