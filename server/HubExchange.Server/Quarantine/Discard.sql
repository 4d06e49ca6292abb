-- Closes changes that will not be mended, as far as they are open. Primary key.
update hub.quarantine
set state = 'DISCARDED',
  closed_at = @closedAt,
  closed_by = @closedBy,
  close_reason = @reason
where id = any (@ids)
  and state = 'OPEN';
