-- The clock, and when the latest of what has been committed was recorded. In a statement of its own: it has to come before the batches that
-- are being written are looked at. One row.
select clock_timestamp(), recorded_at
from hub.feed;
