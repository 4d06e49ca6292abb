-- One reconciliation, if the node may see it. Primary key.
select id, source, type, state, started_at as "StartedAt", ended_at as "EndedAt", stream, sequence, source_count as "SourceCount",
  hub_count as "HubCount", digest, missing, extra, stale, forks, mended, allowed, bytes, round_trips as "RoundTrips", cells, failure,
  decided_by as "DecidedBy", coalesce(job_run, 0) as "JobRun", coalesce(settled_by, 0) as "SettledBy"
from hub.reconciliation
where id = @id
  and (@node = '' or source = @node);
