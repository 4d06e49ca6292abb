-- Jobs with a run that nothing was heard of for a while. Index job_run_unfinished.
select distinct job
from hub.job_run
where state in ('QUEUED', 'RUNNING')
  and progressed_at < @before;
