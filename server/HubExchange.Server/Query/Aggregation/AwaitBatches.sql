-- Waits for the end of the batches with the keys $1 that are being written. Nobody waits for whoever waits here: no other batch takes the
-- same key.
select pg_advisory_xact_lock(b.key)
from unnest($1::bigint[]) as b (key);
