-- Remembers the keys that came while snapshots are open. Primary key.
insert into hub.snapshot_key (snapshot_id, key)
select snapshot_id, key
from unnest($1::bigint[], $2::text[]) as seen (snapshot_id, key)
on conflict do nothing;
