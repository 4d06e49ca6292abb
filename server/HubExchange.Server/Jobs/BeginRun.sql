-- Gives a run to a hub: the run of the slot, begun now or taken over where its last step ended. No row when the slot is done already.
-- Whoever had the job before can commit no more, because the token has moved on. Primary keys, constraint job_run_slot.
with job as (
  insert into hub.job (id, token)
  values (@job, 1)
  on conflict (id) do update set token = hub.job.token + 1
  returning token
)
insert into hub.job_run (job, slot, state, hub, token, attempts, started_at, progressed_at)
select @job, @slot, 'RUNNING', @hub, job.token, 1, @now, @now
from job
on conflict (job, slot) do update
set state = 'RUNNING', hub = excluded.hub, token = excluded.token, attempts = job_run.attempts + 1,
  started_at = coalesce(job_run.started_at, excluded.started_at), progressed_at = excluded.progressed_at
where job_run.state in ('QUEUED', 'RUNNING')
returning id as "Id", token as "Token", cursor as "Cursor";
