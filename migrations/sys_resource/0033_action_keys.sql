-- phase: expand
-- Actions are called as the business system calls them, such as GET or extend-loan.
ALTER TABLE resource_actions DROP CONSTRAINT resource_actions_key_check;
ALTER TABLE resource_actions ADD CONSTRAINT resource_actions_key_check CHECK (key ~ '^[A-Za-z][A-Za-z0-9_-]{0,62}$');
