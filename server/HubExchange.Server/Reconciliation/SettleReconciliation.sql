-- What waited was approved: a later reconciliation holds what became of it. Primary key.
update hub.reconciliation
set state = 'DIFFERENT', decided_by = @by
where id = @id
  and state = 'WAITING';
