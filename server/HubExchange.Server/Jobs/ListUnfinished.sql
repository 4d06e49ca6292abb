-- Slots of a job that were begun or asked for and are not done, in order. Index job_run_unfinished.
select slot
from hub.job_run
where job = @job
  and state in ('QUEUED', 'RUNNING')
order by slot;
