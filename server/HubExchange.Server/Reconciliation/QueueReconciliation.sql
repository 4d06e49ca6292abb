-- Asks for a reconciliation at the hub where its source attends. One that waits already is it. Index reconciliation_queued.
insert into hub.reconciliation (source, type, stream, state, started_at, job_run)
values (@source, @type, '', 'QUEUED', @at, @run)
on conflict (source, type) where state = 'QUEUED' do update set job_run = excluded.job_run;
