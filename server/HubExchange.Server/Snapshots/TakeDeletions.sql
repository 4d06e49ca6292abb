-- Takes the next keys off what a snapshot is going to delete, for the transaction that deletes their records. Primary key.
delete from hub.snapshot_deletion
where snapshot_id = @id
  and key in
  (
    select key
    from hub.snapshot_deletion
    where snapshot_id = @id
    order by key
    limit @limit
  )
returning key;
