-- A reconciliation ends that nobody does. Primary key.
update hub.reconciliation
set state = 'FAILED', ended_at = @at, failure = @failure
where id = @id
  and state in ('QUEUED', 'RUNNING');
