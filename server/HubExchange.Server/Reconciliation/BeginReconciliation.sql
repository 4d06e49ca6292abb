-- A reconciliation begins. Those of the source and type that still stand as running were broken off with their hub. Index: reconciliation_source.
with broken as (
  update hub.reconciliation
  set state = 'FAILED', ended_at = @at, failure = '枢纽停止,对账中断。 The hub was stopped.'
  where source = @source
    and type = @type
    and state = 'RUNNING'
)
insert into hub.reconciliation (source, type, stream, started_at)
values (@source, @type, @stream, @at)
returning id;
