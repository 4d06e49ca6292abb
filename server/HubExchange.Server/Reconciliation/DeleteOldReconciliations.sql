-- Forgets reconciliations that ended before a time, some at once; not those with a certificate, those that wait, those of which differences
-- are kept, nor the last of each source and type. Primary keys, index reconciliation_source.
delete from hub.reconciliation
where id in (
  select r.id
  from hub.reconciliation r
  where r.ended_at < @before
    and r.state <> 'WAITING'
    and r.certificate is null
    and exists (select from hub.reconciliation n where n.source = r.source and n.type = r.type and n.id > r.id)
    and not exists (select from hub.reconciliation_difference d where d.reconciliation_id = r.id)
  order by r.id
  limit @limit);
