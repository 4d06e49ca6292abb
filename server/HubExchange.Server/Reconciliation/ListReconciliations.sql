-- Reconciliations below a number, newest first. Primary key, or index reconciliation_source.
select id, source, type, state, started_at as "StartedAt", ended_at as "EndedAt", stream, sequence, source_count as "SourceCount",
  hub_count as "HubCount", digest, missing, extra, stale, forks, mended, allowed, bytes, round_trips as "RoundTrips", cells, failure,
  decided_by as "DecidedBy", coalesce(job_run, 0) as "JobRun", coalesce(settled_by, 0) as "SettledBy"
from hub.reconciliation
where id < @before
  and (@source = '' or source = @source)
  and (@type = '' or type = @type)
  and (@state = '' or state = @state)
order by id desc
limit @limit;
