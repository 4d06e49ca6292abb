-- Counts what an approved snapshot has deleted; with nothing left it is applied. Primary keys.
update hub.snapshot
set deleted = deleted + @deleted,
  state = case when @isDone then 'APPLIED' else state end,
  closed_at = case when @isDone then @at end
where id = @id;
