-- Takes the keys that came again off what ended snapshots are going to delete. Primary key.
delete from hub.snapshot_deletion d
using unnest($1::bigint[], $2::text[]) as again (snapshot_id, key)
where d.snapshot_id = again.snapshot_id
  and d.key = again.key;
