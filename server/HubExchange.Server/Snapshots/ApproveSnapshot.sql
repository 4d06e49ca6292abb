-- Approves a snapshot that waits, and has the source told. The source is locked. Primary key.
with approved as (
  update hub.snapshot
  set state = 'APPROVED',
    decided_by = @by,
    decided_at = @at,
    decision_reason = @reason
  where id = @id
    and state = 'WAITING'
  returning id, source, type, missing
)
insert into hub.notice (node, kind, subject, count, type, snapshot_id, created_at)
select source, 'SNAPSHOT_DECIDED', 'APPROVED', least(missing, 2147483647)::integer, type, id, @at
from approved;
