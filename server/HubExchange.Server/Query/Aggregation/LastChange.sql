-- When the newest of the last changes of the feed was recorded: batches that were written beside each other may stand in the feed in another
-- order than they were recorded in. Index: primary key of hub.change.
select max(recorded_at)
from (select recorded_at from hub.change order by position desc limit 2000) last
