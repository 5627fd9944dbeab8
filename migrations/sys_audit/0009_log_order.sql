-- phase: expand
-- Reading the log in its own order. Rows are found by `seq`, which nearly is that order: a batch may hold a lower `seq` than one before
-- it. These find the batches that are out of line, which are the points far from the diagonal.

CREATE INDEX batch_low ON batch USING gist (point(first_index, min_seq));
CREATE INDEX batch_high ON batch USING gist (point(first_index, max_seq));

CREATE INDEX event_type ON event (type, seq DESC);
CREATE INDEX event_member ON event (actor_member_id, seq DESC) WHERE actor_member_id IS NOT NULL;
