-- Number of findings that match, for the list. Same indexes as the list.
select count(*)
from hub.finding f
where (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node)
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
;
