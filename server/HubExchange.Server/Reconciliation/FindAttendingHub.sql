-- The other hub at which a source attends for a type; no row when it does at none. Primary key.
select hub
from hub.attendance
where source = @source
  and @type = any(types)
  and seen_at >= @stale
  and hub <> @hub
order by seen_at desc
limit 1;
