-- The hub at which a source attends for a type; no row when it does nowhere. Primary key.
select hub
from hub.attendance
where source = @source
  and @type = any(types)
  and seen_at >= @stale
order by seen_at desc
limit 1;
