-- Gives up a snapshot of which nothing came for long, and forgets its keys. The source is locked. Primary keys.
with abandoned as (
  update hub.snapshot
  set state = 'ABANDONED',
    abandonment = 'IDLE',
    closed_at = @at
  where id = @id
    and state = 'OPEN'
    and progressed_at < @before
  returning id
), forgotten as (
  delete from hub.snapshot_key
  where snapshot_id in (select id from abandoned)
)
select count(*)
from abandoned;
