-- Approves a snapshot that waits. The source is locked. Primary key.
update hub.snapshot
set state = 'APPROVED',
  decided_by = @by,
  decided_at = @at,
  decision_reason = @reason
where id = @id
  and state = 'WAITING';
