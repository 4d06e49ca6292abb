-- Where the feed and its partitions end. One row.
select position, parted
from hub.feed;
