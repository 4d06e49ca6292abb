-- Forgets runs that ended before a time, some at once; the last run of each job stays. Primary key and index job_run_job.
delete from hub.job_run
where id in (
  select r.id
  from hub.job_run r
  where r.ended_at < @before
    and exists (select from hub.job_run n where n.job = r.job and n.id > r.id)
  order by r.id
  limit @limit);
