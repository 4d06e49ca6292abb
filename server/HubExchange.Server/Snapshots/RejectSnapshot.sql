-- Rejects a snapshot that waits, and forgets what it would have deleted. The source is locked. Primary keys.
with rejected as (
  update hub.snapshot
  set state = 'REJECTED',
    decided_by = @by,
    decided_at = @at,
    decision_reason = @reason,
    closed_at = @at
  where id = @id
    and state = 'WAITING'
  returning id
), forgotten as (
  delete from hub.snapshot_deletion
  where snapshot_id in (select id from rejected)
)
select count(*)
from rejected;
