-- One quarantined change by its number, of one node unless @node is empty. Primary key.
select id, source, stream, sequence, index, type, key, payload, violations::text, recorded_at as "RecordedAt",
  state, closed_at as "ClosedAt", closed_by as "ClosedBy", close_reason as "CloseReason"
from hub.quarantine
where id = @id
  and (@node = '' or source = @node);
