-- One snapshot by its number, of one node unless @node is empty. Primary key.
select id, source, type, stream, state, begin_sequence as "BeginSequence", end_sequence as "EndSequence", begun_at as "BegunAt",
  progressed_at as "ProgressedAt", ended_at as "EndedAt", closed_at as "ClosedAt", changes, doubtful, live, allowed, missing, deleted,
  decided_by as "DecidedBy", decided_at as "DecidedAt", decision_reason as "DecisionReason", abandonment
from hub.snapshot
where id = @id
  and (@node = '' or source = @node);
