-- Ends a run with an error (FAILED), or gives it back (QUEUED), if this hub still has it. Primary key.
update hub.job_run
set state = @state, problem = @problem, progressed_at = @now, ended_at = case when @state = 'FAILED' then @now::timestamptz end
where id = @id
  and token = @token
  and state = 'RUNNING';
