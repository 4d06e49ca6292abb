-- Quarantined changes below a number, newest first, without payloads. Index (source, id desc), that of the open ones or the primary key.
select id, source, stream, sequence, index, type, key, null::bytea as payload, violations::text, recorded_at as "RecordedAt",
  state, closed_at as "ClosedAt", closed_by as "ClosedBy", close_reason as "CloseReason"
from hub.quarantine
where id < @before
  and state = @state
  and (@source = '' or source = @source)
  and (@type = '' or type = @type)
  and (@rule = '' or @rule = any (rules))
order by id desc
limit @limit;
