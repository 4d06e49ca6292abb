-- Forgets some of the snapshots that were closed long ago, oldest first. Index: snapshot_closed_at.
delete from hub.snapshot
where id in
(
  select id
  from hub.snapshot
  where closed_at < @before
  order by closed_at
  limit @limit
  for update skip locked
);
