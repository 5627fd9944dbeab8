-- phase: expand
-- Which assignment gave an ALLOW, beside the body that says it, so that uses of assignments are found without reading bodies. Empty for an
-- allow that uses none; null for other events, and for decisions from before, whose bodies are still read.

ALTER TABLE event ADD COLUMN assignment_id text COLLATE "C";
