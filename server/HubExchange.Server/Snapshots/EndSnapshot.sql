-- Ends a snapshot, forgets its keys, and gives up older ones of the type that still wait: the newer one says what is missing now.
-- Primary keys; index snapshot_active.
update hub.snapshot
set state = @state,
  end_sequence = @sequence,
  ended_at = @at,
  closed_at = case when @state = 'APPLIED' then @at end,
  live = @live,
  allowed = @allowed,
  missing = @missing,
  deleted = @deleted
where id = @id;

delete from hub.snapshot_key
where snapshot_id = @id;

with older as (
  update hub.snapshot
  set state = 'ABANDONED',
    abandonment = 'SUPERSEDED',
    closed_at = @at
  where source = @source
    and type = @type
    and state = 'WAITING'
    and id < @id
  returning id
)
delete from hub.snapshot_deletion
where snapshot_id in (select id from older);

-- The source is told that somebody has to decide. Nobody else is.
insert into hub.notice (node, kind, count, type, snapshot_id, created_at)
select @source, 'SNAPSHOT_WAITING', least(@missing, 2147483647)::integer, @type, @id, @at
where @state = 'WAITING';
