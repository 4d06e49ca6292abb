-- Rejects a snapshot that waits, and forgets what it would have deleted, and has the source told. The source is locked. Primary keys.
with rejected as (
  update hub.snapshot
  set state = 'REJECTED',
    decided_by = @by,
    decided_at = @at,
    decision_reason = @reason,
    closed_at = @at
  where id = @id
    and state = 'WAITING'
  returning id, source, type, missing
), told as (
  insert into hub.notice (node, kind, subject, count, type, snapshot_id, created_at)
  select source, 'SNAPSHOT_DECIDED', 'REJECTED', least(missing, 2147483647)::integer, type, id, @at
  from rejected
), forgotten as (
  delete from hub.snapshot_deletion
  where snapshot_id in (select id from rejected)
)
select count(*)
from rejected;
