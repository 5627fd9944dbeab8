-- phase: expand
-- The order in which lists of what an actor may reach walk the Resources of a type: Group by Group.
CREATE INDEX resources_placed ON resources (space_id, resource_type, (coalesce(group_id, '')), id);
