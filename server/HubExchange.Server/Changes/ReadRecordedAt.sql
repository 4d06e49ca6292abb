-- When an entry was recorded. Index: primary key of hub.change.
select recorded_at
from hub.change
where position = $1;
