-- phase: expand
-- A Member is found by its external id too: nodes that remember which Member a name stands for hear when it moves.
CREATE CONSTRAINT TRIGGER announce_name AFTER UPDATE OF external_id ON members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.external_id IS DISTINCT FROM NEW.external_id)
EXECUTE FUNCTION sys_authz.announce_fact('member', 'space_id', 'id,space_id,member_type,status');
