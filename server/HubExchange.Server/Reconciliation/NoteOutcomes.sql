-- What became of differences. Primary key.
update hub.reconciliation_difference r
set outcome = d.outcome, mended_revision = d.revision
from unnest(@keys::text[], @outcomes::text[], @revisions::bigint[]) as d (key, outcome, revision)
where r.reconciliation_id = @id
  and r.key = d.key;
