-- The last reconciliation of each source and type that ended, except those that only list. Index reconciliation_source.
select distinct on (source, type) id as "Id", source as "Source", type as "Type", state as "State", failure as "Failure",
  ended_at as "EndedAt", coalesce(job_run, 0) as "JobRun"
from hub.reconciliation
where state in ('EQUAL', 'MENDED', 'WAITING', 'DIFFERENT', 'FAILED')
order by source, type, id desc;
