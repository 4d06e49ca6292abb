-- What the feed holds. One row.
select position, dropped
from hub.feed;
