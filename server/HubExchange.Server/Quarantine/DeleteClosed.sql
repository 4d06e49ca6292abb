-- Deletes some of the changes that were closed long ago, oldest first. Index quarantine_closed_at.
delete from hub.quarantine
where id in
(
  select id
  from hub.quarantine
  where state <> 'OPEN'
    and closed_at < @before
  order by closed_at
  limit @limit
  for update skip locked
);
