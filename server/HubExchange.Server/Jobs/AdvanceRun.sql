-- Keeps what a step has done, in its transaction. Primary key.
update hub.job_run
set cursor = @cursor, progressed_at = @now, steps = steps + 1, examined = examined + @examined, raised = raised + @raised,
  resolved = resolved + @resolved, changed = changed + @changed,
  state = case when @cursor::text is null then 'SUCCEEDED' else 'RUNNING' end,
  ended_at = case when @cursor::text is null then @now::timestamptz end
where id = @id;
