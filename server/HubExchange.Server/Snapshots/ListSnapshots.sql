-- Snapshots below a number, newest first. Primary key, or index snapshot_source.
select id, source, type, stream, state, begin_sequence as "BeginSequence", end_sequence as "EndSequence", begun_at as "BegunAt",
  progressed_at as "ProgressedAt", ended_at as "EndedAt", closed_at as "ClosedAt", changes, doubtful, live, allowed, missing, deleted,
  decided_by as "DecidedBy", decided_at as "DecidedAt", decision_reason as "DecisionReason", abandonment
from hub.snapshot
where id < @before
  and (@source = '' or source = @source)
  and (@type = '' or type = @type)
  and (@state = '' or state = @state)
order by id desc
limit @limit;
