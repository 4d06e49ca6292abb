-- One finding, locked until the commit, so that two moves follow each other. Primary key.
select to_jsonb(f)::text
from hub.finding f
where f.id = @id
  and (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node)
for update;
