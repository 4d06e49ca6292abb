-- One finding, if the node may see it. Primary key.
select (to_jsonb(f) || jsonb_build_object('light', hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today)))::text
from hub.finding f
where f.id = @id
  and (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node);
