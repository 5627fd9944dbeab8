-- phase: expand
-- Keys that sign receipts of decisions, and keys that sign results of access reviews: a purpose of their own for each, so that no other
-- signed text of the instance passes for one.
ALTER TABLE key DROP CONSTRAINT key_purpose_check;
ALTER TABLE key ADD CONSTRAINT key_purpose_check CHECK (purpose IN (
  'token_signing', 'checkpoint', 'api_key', 'audit_filter', 'data_subject', 'plugin_secret', 'cursor', 'decision_receipt', 'review_signing'));
