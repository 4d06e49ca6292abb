-- Gives a snapshot up and forgets its keys; without an end when it was not its source that said so. Primary keys.
update hub.snapshot
set state = 'ABANDONED',
  abandonment = @abandonment,
  end_sequence = @sequence,
  ended_at = case when @sequence is null then null else @at end,
  closed_at = @at
where id = @id;

delete from hub.snapshot_key
where snapshot_id = @id;
