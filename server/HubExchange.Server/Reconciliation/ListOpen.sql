-- Reconciliations that jobs asked for and that have not ended, in order. Index reconciliation_open.
select id as "Id", source as "Source", type as "Type", state as "State", started_at as "StartedAt", job_run as "JobRun"
from hub.reconciliation
where state in ('QUEUED', 'RUNNING')
  and job_run is not null
order by id;
