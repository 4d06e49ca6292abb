-- Findings below a number, newest first. Primary key, or indexes finding_owner, finding_record.
select (to_jsonb(f) || jsonb_build_object('light', hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today)))::text
from hub.finding f
where f.id < @before
  and (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node)
  and (@rule = '' or f.rule = @rule)
  and (@type = '' or f.type = @type)
  and (@key = '' or f.key = @key)
  and (@owner = '' or f.owner = @owner)
  and (@source = '' or f.source = @source)
  and (@dimension = '' or f.dimension = @dimension)
  and (@origin = '' or f.origin = @origin)
  and (not @withOrder or f.supervision_order <> '')
  and (case when @state = '' then @withClosed or f.state <> 'CLOSED' else f.state = @state end)
  and (@light = '' or hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today) = @light)
order by f.id desc
limit @limit;
