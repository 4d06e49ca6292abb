-- A source attends at a hub, whoever held the stream before, or goes on doing so. Going on, it must not take over from a later attendance
-- that is still renewed: then no row comes back. Primary key.
insert into hub.attendance as a (source, stream, id, types, hub, since, seen_at)
values (@source, @stream, @id, @types, @hub, @at, @at)
on conflict (source, stream) do update
set id = excluded.id, types = excluded.types, hub = excluded.hub, seen_at = excluded.seen_at,
  since = case when a.id = excluded.id then a.since else excluded.since end
where @isNew
  or a.id = excluded.id
  or a.seen_at < @stale
returning id;
