-- The last run of every job. Index job_run_job.
select distinct on (job) id as "Id", job as "Job", slot as "Slot", state as "State", requested_by as "RequestedBy", hub as "Hub",
  attempts as "Attempts", started_at as "StartedAt", ended_at as "EndedAt", steps as "Steps", examined as "Examined", raised as "Raised",
  resolved as "Resolved", changed as "Changed", problem as "Problem"
from hub.job_run
order by job, id desc;
