-- Open snapshots of which nothing came for long. Index: snapshot_open.
select id, source
from hub.snapshot
where state = 'OPEN'
  and progressed_at < @before
order by id
limit @limit;
