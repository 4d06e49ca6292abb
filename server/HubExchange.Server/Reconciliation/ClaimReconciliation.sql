-- A reconciliation that waits begins; one that was broken off with its hub begins anew as another one, its differences stay as they were.
-- The caller has the right to reconcile, so whatever stands as running was broken off. No row when somebody else has done it.
-- Primary key, index reconciliation_source.
with broken as (
  update hub.reconciliation
  set state = 'FAILED', ended_at = @at, failure = '枢纽停止,对账中断。 The hub was stopped.'
  where source = @source
    and type = @type
    and state = 'RUNNING'
  returning id, job_run
), claimed as (
  update hub.reconciliation
  set state = 'RUNNING', started_at = @at, stream = @stream
  where id = @id
    and state = 'QUEUED'
  returning id
), renewed as (
  insert into hub.reconciliation (source, type, stream, started_at, job_run)
  select @source, @type, @stream, @at, job_run
  from broken
  where id = @id
  returning id
)
select id from claimed
union all
select id from renewed;
