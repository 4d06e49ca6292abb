-- When the newest change of the feed was recorded. Index: primary key of hub.change.
select recorded_at
from hub.change
order by position desc
limit 1;
