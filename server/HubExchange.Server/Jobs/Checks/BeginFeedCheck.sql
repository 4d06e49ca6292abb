-- Where the check of the feed begins: at its start when somebody asked for the run or that was long ago, else where it was whole until.
-- One row, and primary key of hub.job_run.
update hub.feed_check c
set position = case when w.is_whole then 0 else c.position end,
  whole_at = case when w.is_whole then @slot else c.whole_at end
from (
  select n.whole_at <= @before or coalesce((select r.requested_by from hub.job_run r where r.id = @runId), '') <> '' as is_whole
  from hub.feed_check n) w
returning c.position;
