-- Forgets what differed in reconciliations that ended before a time, some at once; not in those that wait, nor in the last of each source
-- and type. Primary keys, index reconciliation_source.
delete from hub.reconciliation_difference d
using (
  select o.reconciliation_id, o.key
  from hub.reconciliation r
  join hub.reconciliation_difference o on o.reconciliation_id = r.id
  where r.ended_at < @before
    and r.state <> 'WAITING'
    and exists (select from hub.reconciliation n where n.source = r.source and n.type = r.type and n.id > r.id)
  limit @limit) old
where d.reconciliation_id = old.reconciliation_id
  and d.key = old.key;
