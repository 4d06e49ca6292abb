-- What the feed holds. One row.
select position, dropped, recorded_at
from hub.feed;
