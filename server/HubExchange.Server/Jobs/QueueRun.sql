-- Asks for a run. Constraint job_run_slot: two at the same microsecond are one.
insert into hub.job_run (job, slot, state, requested_by, progressed_at)
values (@job, @now, 'QUEUED', @by, @now)
on conflict (job, slot) do update set requested_by = excluded.requested_by
returning id;
