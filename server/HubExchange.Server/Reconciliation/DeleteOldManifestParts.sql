-- Forgets parts of lists taken before a time, some at once: of sources that are reconciled no more. Index manifest_part_taken.
delete from hub.manifest_part
where (source, type, number) in (
  select source, type, number
  from hub.manifest_part
  where taken_at < @before
  order by taken_at
  limit @limit);
