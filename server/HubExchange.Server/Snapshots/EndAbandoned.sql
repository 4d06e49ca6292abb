-- Notes that the end of a snapshot came after it had been given up. Primary key.
update hub.snapshot
set end_sequence = @sequence,
  ended_at = @at
where id = @id;
