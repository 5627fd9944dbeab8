-- phase: expand
-- What the sweep of credentials looks for each minute is found by an index, however many tokens and sessions there are.
CREATE INDEX refresh_tokens_successor ON refresh_tokens (used_at) WHERE successor_sealed IS NOT NULL;

-- A session of long ago is looked at once more, to remove its tokens, and then never again.
ALTER TABLE sessions ADD COLUMN tokens_removed boolean NOT NULL DEFAULT false;
CREATE INDEX sessions_with_tokens ON sessions (ended_at) WHERE ended_at IS NOT NULL AND NOT tokens_removed;
